//! The API for programs.

mod callers;
mod contract;
mod invitations;
mod lists;
mod members;
mod organizations;
mod problems;
mod tokens;
