//! Paths and URIs. A file of the standard library has a URI of its own, for it is built in and stands on no disk.

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::path::{Path, PathBuf};

/// The scheme of the standard library: `earnest-std:/std/banking.earn`.
pub const LIBRARY_SCHEME: &str = "earnest-std";

/// What a path keeps as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The path of a `file:` URI; none for another scheme.
#[must_use]
pub fn to_path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    // An authority (`file://server/share`) is no local path, `localhost` is.
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let plain = decoded.strip_prefix('/').filter(|rest| rest.chars().nth(1) == Some(':'));
    if decoded.starts_with('/') { Some(PathBuf::from(plain.unwrap_or(&decoded))) } else { None }
}

/// The `file:` URI of an absolute path.
#[must_use]
pub fn of_path(path: &Path) -> Uri {
    let text = path.to_string_lossy().replace('\\', "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri(format!("file://{slash}{}", utf8_percent_encode(&text, PATH)))
}

/// The URI of a library's file by the path under which it is shown, `std/banking.earn`.
#[must_use]
pub fn of_library(shown: &str) -> Uri {
    Uri(format!("{LIBRARY_SCHEME}:/{shown}"))
}

/// The name of the library, `std.banking`, of such a URI.
#[must_use]
pub fn library(uri: &Uri) -> Option<String> {
    let path = uri.0.strip_prefix(LIBRARY_SCHEME)?.strip_prefix(":")?.trim_start_matches('/');
    let stem = path.strip_prefix("std/")?.strip_suffix(".earn")?;
    Some(format!("std.{stem}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn paths_come_back() {
        for path in ["/a/b.earn", "/a b/积分%.earn"] {
            assert_eq!(to_path(&of_path(Path::new(path))).unwrap(), PathBuf::from(path));
        }
        assert_eq!(of_path(Path::new("/a b/积.earn")).0, "file:///a%20b/%E7%A7%AF.earn");
        assert_eq!(to_path(&Uri::from("file:///c%3A/x.earn")).unwrap(), PathBuf::from("c:/x.earn"));
        assert_eq!(to_path(&Uri::from("untitled:Untitled-1")), None);
        assert_eq!(to_path(&Uri::from("file://server/x.earn")), None);
    }

    #[test]
    fn libraries_have_their_own_scheme() {
        assert_eq!(library(&of_library("std/mcc.earn")).unwrap(), "std.mcc");
        assert_eq!(library(&Uri::from("file:///std/mcc.earn")), None);
    }
}
