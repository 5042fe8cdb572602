//! How the values of an export are read. Pure.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// Why a date or a moment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// Not written as expected.
    #[error("is not a date of the form YYYY-MM-DD")]
    DateForm,
    /// Not written as expected.
    #[error("is not a date and time of the form YYYY-MM-DD HH:MM:SS")]
    MomentForm,
    /// 30 February, 25 o'clock.
    #[error("is a day or a time that does not exist")]
    NotReal,
    /// Before 1900: `0001-01-01` and the like stand for something else.
    #[error("is before 1900")]
    TooOld,
}

/// What exports write for «nothing» in a column that is no text.
pub fn is_nothing(text: &str) -> bool {
    matches!(text, "" | "NULL" | "null" | "\\N")
}

/// A yes or a no; none when empty.
pub fn truth(text: &str) -> Result<Option<bool>, ()> {
    if is_nothing(text) {
        return Ok(None);
    }
    let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(["1", "true", "yes", "oui"]) {
        return Ok(Some(true));
    }
    if is(["0", "false", "no", "non"]) { Ok(Some(false)) } else { Err(()) }
}

/// The language among `languages` that a code stands for: `fr`, `FR`, `fr_FR`, `fr-CA.UTF-8`.
pub fn language<'a>(text: &str, languages: &'a [String]) -> Option<&'a str> {
    let code = text.split(['-', '_', '.', '@']).next().unwrap_or_default();
    languages.iter().map(String::as_str).find(|language| language.eq_ignore_ascii_case(code))
}

/// A day, `YYYY-MM-DD`.
pub fn date(text: &str) -> Result<NaiveDate, MomentError> {
    let in_form = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(in_form) {
        return Err(MomentError::DateForm);
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| MomentError::NotReal)?;
    if date.year() < 1900 { Err(MomentError::TooOld) } else { Ok(date) }
}

/// A moment: `YYYY-MM-DD HH:MM:SS` on the clocks of `zone`, or RFC 3339 with its own offset, or a
/// day alone (midnight).
pub fn moment(text: &str, zone: Tz) -> Result<DateTime<Utc>, MomentError> {
    let (day, rest) = text.split_at_checked(10).ok_or(MomentError::MomentForm)?;
    let day =
        date(day).map_err(|error| if error == MomentError::DateForm { MomentError::MomentForm } else { error })?;
    if rest.is_empty() {
        return Ok(on_the_clocks_of(zone, day.and_time(NaiveTime::MIN)));
    }
    let time = rest.strip_prefix([' ', 'T']).ok_or(MomentError::MomentForm)?;
    let in_form = |(at, byte): (usize, u8)| if at == 2 || at == 5 { byte == b':' } else { byte.is_ascii_digit() };
    let (clock, rest) = time.split_at_checked(8).ok_or(MomentError::MomentForm)?;
    if !clock.bytes().enumerate().all(in_form) {
        return Err(MomentError::MomentForm);
    }
    let clock = NaiveTime::parse_from_str(clock, "%H:%M:%S").map_err(|_| MomentError::NotReal)?;
    if rest.is_empty() {
        return Ok(on_the_clocks_of(zone, day.and_time(clock)));
    }
    // Fractions of a second are of no use here; an offset is.
    let rest = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    if rest.is_empty() {
        return Ok(on_the_clocks_of(zone, day.and_time(clock)));
    }
    let absolute = DateTime::parse_from_rfc3339(&format!("{}T{clock}{rest}", day.format("%Y-%m-%d")));
    absolute.map(|moment| moment.to_utc()).map_err(|_| MomentError::MomentForm)
}

/// What clocks on a wall showed. Shown twice (autumn): the first time. Never shown (spring): as
/// clocks that had not been moved.
fn on_the_clocks_of(zone: Tz, shown: NaiveDateTime) -> DateTime<Utc> {
    // No clock has ever been moved by more than a day.
    let day = TimeDelta::days(1);
    let moment = zone.from_local_datetime(&shown).earliest();
    moment
        .or_else(|| Some(zone.from_local_datetime(&(shown - day)).earliest()? + day))
        .map_or_else(|| shown.and_utc(), |moment| moment.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truths() {
        for (text, truth) in [("1", true), ("TRUE", true), ("Oui", true), ("0", false), ("No", false), ("non", false)] {
            assert_eq!(super::truth(text), Ok(Some(truth)), "{text}");
        }
        assert_eq!(truth(""), Ok(None));
        assert_eq!(truth("NULL"), Ok(None));
        for text in ["maybe", "2", "-1", "y", "truee"] {
            assert_eq!(truth(text), Err(()), "{text}");
        }
    }

    #[test]
    fn languages() {
        let known = ["en".to_owned(), "fr".to_owned()];
        for text in ["fr", "FR", "fr_FR", "fr-CA", "fr_FR.UTF-8"] {
            assert_eq!(language(text, &known), Some("fr"), "{text}");
        }
        assert_eq!(language("klingon", &known), None);
        assert_eq!(language("french", &known), None);
    }

    #[test]
    fn dates() {
        use MomentError::{DateForm, NotReal, TooOld};
        assert_eq!(date("2024-02-29"), Ok(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()));
        for (text, error) in [
            ("2023-02-29", NotReal),
            ("0000-00-00", NotReal),
            ("0001-01-01", TooOld),
            ("31/12/2024", DateForm),
            ("2024-1-1", DateForm),
            ("+2024-1-01", DateForm),
            ("2024-12-31 00:00:00", DateForm),
            ("é-é-é-", DateForm),
        ] {
            assert_eq!(date(text), Err(error), "{text}");
        }
    }

    #[test]
    fn moments() {
        let paris = |text| moment(text, Tz::Europe__Paris).map(|moment| moment.to_rfc3339());
        for (text, expected) in [
            ("2020-01-01 10:00:00", "2020-01-01T09:00:00+00:00"),
            ("2020-07-01T10:00:00.123", "2020-07-01T08:00:00+00:00"),
            ("2020-07-01", "2020-06-30T22:00:00+00:00"),
            ("2020-07-01T10:00:00Z", "2020-07-01T10:00:00+00:00"),
            ("2020-07-01 10:00:00.5+05:30", "2020-07-01T04:30:00+00:00"),
            // 02:30 was shown twice: in summer time first.
            ("2023-10-29 02:30:00", "2023-10-29T00:30:00+00:00"),
            // 02:30 was never shown: half an hour after 02:00 in winter time.
            ("2024-03-31 02:30:00", "2024-03-31T01:30:00+00:00"),
        ] {
            assert_eq!(paris(text), Ok(expected.to_owned()), "{text}");
        }
        let apia = moment("2011-12-30 12:00:00", Tz::Pacific__Apia).map(|moment| moment.to_rfc3339());
        assert_eq!(apia, Ok("2011-12-30T22:00:00+00:00".to_owned()), "a day that was skipped");
        for text in [
            "yesterday",
            "2020-01-01x10:00:00",
            "2020-01-01 10:00",
            "2020-01-01 1:00:00 ",
            "2020-01-01 10:00:00 CET",
            "",
        ] {
            assert_eq!(paris(text), Err(MomentError::MomentForm), "{text}");
        }
        for text in ["2031-02-30 10:00:00", "2020-01-01 25:00:00", "0000-00-00 00:00:00"] {
            assert_eq!(paris(text), Err(MomentError::NotReal), "{text}");
        }
    }
}
