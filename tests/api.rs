//! The API for programs.

mod callers;
mod contract;
mod foreign;
mod invitations;
mod lists;
mod members;
mod organizations;
mod problems;
mod tokens;
