//! What the hashes of the chain are made of. Pure.

use crate::crypto::sha256;
use crate::db::audit::chain::Stored;

/// What stands before the first line.
pub const START: [u8; 32] = [0; 32];

/// Fields in a form that only they have: the length of each, −1 for one that is not there, then its bytes.
/// The same as `audit_field` in the migrations.
fn bytes(into: &mut Vec<u8>, fields: &[Option<&str>]) {
    for field in fields {
        match field {
            Some(text) => {
                let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
                into.extend_from_slice(&length.to_be_bytes());
                into.extend_from_slice(text.as_bytes());
            }
            None => into.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
    }
}

/// Whether the commitment of a line is to what stands there; none when somebody of it was forgotten.
pub fn keeps_its_commitment(event: &Stored) -> Option<bool> {
    let mut all = event.salt.clone()?;
    bytes(&mut all, &event.personal.each_ref().map(Option::as_deref));
    Some(sha256(&all)[..] == event.commitment[..])
}

/// The hash of a line in its place.
pub fn sealed(previous: &[u8], position: i64, event: &Stored) -> [u8; 32] {
    let mut all = previous.to_vec();
    let (id, moment) = (event.id.to_string(), event.at.timestamp_micros().to_string());
    let fields = [
        Some(position.to_string()),
        Some(id),
        Some(moment),
        Some(event.kind.clone()),
        Some(event.outcome.clone()),
        event.organization.clone(),
        event.client_id.clone(),
    ];
    bytes(&mut all, &fields.each_ref().map(Option::as_deref));
    all.extend_from_slice(&event.commitment);
    sha256(&all)
}
