//! The API for programs.

mod administration;
mod attacks;
mod callers;
mod contract;
mod docs;
mod everything;
mod example;
mod foreign;
mod invitations;
mod lists;
mod machines;
mod members;
mod organizations;
mod problems;
mod tokens;
