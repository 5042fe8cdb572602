//! Pictures of the pages, for people to look at: `make screenshots`.

use std::path::{Path, PathBuf};

/// Where one language's pictures go.
pub struct Album {
    folder: PathBuf,
    lang: &'static str,
}

impl Album {
    /// If they are asked for, by `LOQUET_SCREENSHOTS`: the folder.
    pub fn wanted(lang: &'static str) -> Option<Self> {
        let folder = Path::new(&std::env::var_os("LOQUET_SCREENSHOTS")?).to_owned();
        std::fs::create_dir_all(&folder).unwrap();
        Some(Self { folder, lang })
    }

    pub fn keep(&self, page: &str, width: u32, dark: bool, picture: &[u8]) {
        let scheme = if dark { "dark" } else { "light" };
        std::fs::write(self.folder.join(format!("{page}.{}.{width}.{scheme}.png", self.lang)), picture).unwrap();
    }
}
