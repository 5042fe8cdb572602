//! What referents and administrators do in organizations, past the pages and the API, which share it.

mod invitations;
mod list;
mod members;
mod organizations;
mod rights;
