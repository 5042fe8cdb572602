//! Signing in in two steps: adding an authenticator app, the second page, guessing, and that no way
//! leads around it.

mod enrolment;
mod guessing;
mod policy;
mod sign_in;
mod ways_around;
