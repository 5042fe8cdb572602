//! Parse-once values. A value of one of these types has been checked; code below the HTTP layer
//! takes these and never raw strings. Depends on nothing else of the crate.

mod bilingual;
mod claim_layout;
mod claim_path;
mod colour;
mod custom_field;
mod details;
mod distance;
mod email;
mod forward_host;
mod likeness;
mod logo;
mod markdown;
mod palette;
mod portrait;
mod profile;
mod redirect_uri;
mod registered_claims;
mod role;
mod snippet;
mod text;
mod username;

pub use bilingual::Bilingual;
pub use claim_layout::{ClaimLayout, GroupFormat};
pub use claim_path::ClaimPath;
pub use colour::Colour;
pub use custom_field::{Choice, CustomClaim, CustomField, CustomKind, FieldError, read_date};
pub use details::{CustomValue, CustomValues, Details};
pub use distance::distance;
pub use email::{Email, EmailError, masked as masked_email};
pub use forward_host::{CALLBACK as FORWARD_CALLBACK, ForwardHost, ForwardHostError, SIGN_OUT as FORWARD_SIGN_OUT};
pub use likeness::Likeness;
pub use logo::Logo;
pub use markdown::{Markdown, MarkdownError, note};
pub use palette::{OF_CONTROLS, OF_TEXT, Pair, Palette, Scheme};
pub use portrait::{MOST_PIXELS, Portrait, PortraitError, SIDE};
pub use profile::{Profile, ProfileError};
pub use redirect_uri::{RedirectUri, RedirectUriError, matches as redirect_uri_matches};
pub use registered_claims::is_registered_claim;
pub use role::{Role, RoleError};
pub use snippet::{Snippet, SnippetError, Spoken};
pub use text::{TextError, check_line};
pub use username::{Username, UsernameError, key_of as username_key};
