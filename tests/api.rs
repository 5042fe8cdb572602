//! The API for programs.

mod administration;
mod attacks;
mod callers;
mod contract;
mod docs;
mod everything;
mod example;
mod foreign;
mod groups;
mod host_services;
mod invitations;
mod lists;
mod machines;
mod members;
mod memberships;
mod organizations;
mod problems;
mod tokens;
