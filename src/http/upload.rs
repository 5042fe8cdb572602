//! Files that people send: a few at a time, each within bounds, and never kept beyond the request.

use std::sync::Arc;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, Payload};
use futures_util::TryStreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::page_error::PageError;
use super::params::Params;
use crate::authn::hashing::Busy;

/// How many are read at once. Their people are signed in; everybody else is told to come back.
const AT_ONCE: usize = 8;
/// Most that is read, in order to be able to say on a page that it was too much: a browser that is cut
/// off while it sends shows nothing of what we answer.
const READ: usize = 48 << 20;
/// Longest value of another field of the form.
const VALUE: usize = 1024;
/// Most fields.
const FIELDS: usize = 20;

/// What is at work on files.
pub struct Uploads {
    reading: Arc<Semaphore>,
    working: Arc<Semaphore>,
}

/// A form with files, or with texts as long as files.
pub struct Upload {
    /// The rest of the form.
    pub form: Params,
    files: Vec<(String, Result<Bytes, TooLarge>)>,
    _place: OwnedSemaphorePermit,
}

impl Upload {
    /// The file of that name; empty when none was chosen.
    ///
    /// # Errors
    /// When it was too large.
    pub fn file(&self, name: &str) -> Result<Bytes, TooLarge> {
        let found = self.files.iter().find(|(other, _)| other == name);
        found.map_or_else(|| Ok(Bytes::new()), |(_, file)| file.clone())
    }
}

/// A file that is larger than it may be. It was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl Default for Uploads {
    fn default() -> Self {
        Self { reading: Arc::new(Semaphore::new(AT_ONCE)), working: Arc::new(Semaphore::new(1)) }
    }
}

impl Uploads {
    /// Reads a form whose fields of those names are files of at most `largest` bytes each.
    ///
    /// # Errors
    /// When it is no such form, is far too large, or too many are read already.
    pub async fn read(
        &self,
        request: &HttpRequest,
        payload: Payload,
        names: &[&str],
        largest: usize,
    ) -> Result<Upload, PageError> {
        if announced(request.headers()) > READ {
            return Err(PageError::TooLarge);
        }
        let place =
            Arc::clone(&self.reading).try_acquire_owned().map_err(|_| PageError::Busy(Busy { retry_after: 5 }))?;
        let mut left = READ;
        let counted = payload.and_then(move |chunk| {
            let enough = left.checked_sub(chunk.len());
            left = enough.unwrap_or_default();
            std::future::ready(if enough.is_some() { Ok(chunk) } else { Err(PayloadError::Overflow) })
        });
        let mut parts = Multipart::new(request.headers(), counted);
        let (mut values, mut files) = (Vec::new(), Vec::new());
        while let Some(mut field) = parts.try_next().await.map_err(|error| fault(&error))? {
            let field_name = field.name().unwrap_or_default().to_owned();
            if names.contains(&field_name.as_str()) {
                let file = read(&mut field, largest).await?;
                // One of a name: the last.
                files.retain(|(other, _)| *other != field_name);
                files.push((field_name, file));
            } else if let Ok(value) = read(&mut field, VALUE).await?
                && values.len() < FIELDS
            {
                let value = String::from_utf8(value.into()).map_err(|_| PageError::BadRequest("form is not UTF-8"))?;
                values.push((field_name, value));
            }
        }
        Ok(Upload { form: Params::of(values), files, _place: place })
    }

    /// Does what takes long, away from the threads that serve, one at a time.
    ///
    /// # Errors
    /// When it panicked.
    pub async fn work<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, PageError> {
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(PageError::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until it is done, even if whoever asked has gone.
            let _turn = turn;
            job()
        });
        done.await.map_err(PageError::internal)
    }
}

/// The length that the request says it has.
fn announced(headers: &HeaderMap) -> usize {
    headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or_default()
}

async fn read(field: &mut Field, largest: usize) -> Result<Result<Bytes, TooLarge>, PageError> {
    match field.bytes(largest).await {
        Ok(bytes) => bytes.map(Ok).map_err(|error| fault(&error)),
        // Read to its end, and thrown away.
        Err(_) => Ok(Err(TooLarge)),
    }
}

fn fault(error: &MultipartError) -> PageError {
    match error {
        MultipartError::Payload(PayloadError::Overflow) => PageError::TooLarge,
        _ => PageError::BadRequest("not a form with a file"),
    }
}
