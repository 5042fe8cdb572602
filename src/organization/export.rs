//! `POST /organizations/{slug}/members.csv`: the people of an organization, to keep, or to change in a
//! spreadsheet and bring back as the list.
//!
//! A POST, as for the export of one's account: the journal keeps who took it away, a GET changes nothing,
//! and another site cannot make a referent take it by showing an image of that address.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::frame::Office;
use crate::app::AppState;
use crate::http::page_error::PageError;

/// `POST /organizations/{slug}/members.csv`
///
/// # Errors
/// As the rule says; PostgreSQL's.
pub async fn post(
    request: HttpRequest,
    slug: Path<String>,
    body: Bytes,
    state: Data<AppState>,
) -> Result<HttpResponse, PageError> {
    let office = Office::of(&request, &slug, &state).await?;
    office.form(&body)?;
    let list = match office.read(async |work| work.export_list().await).await {
        Ok(list) => list,
        Err(refusal) => return Err(office.refused(refusal).await),
    };
    let list = if office.page.lang == "fr" { semicolons(&list).map_err(PageError::internal)? } else { list };
    // Spreadsheets take a text without a mark for the alphabet of their own country.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", office.slug)))
        .body(format!("\u{feff}{list}")))
}

/// The same with the separator that spreadsheets expect where numbers have a decimal comma.
fn semicolons(list: &str) -> Result<String, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(list.as_bytes());
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in reader.records() {
        writer.write_record(&record?)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
