//! Content codings of answers, and JSON escapes.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Undoes the `Content-Encoding` that we offered (gzip, deflate), reading no more than `limit` bytes of the
/// result. Answers the body and whether it was cut; `Err` says what is wrong with it.
pub(super) fn decode(coding: &str, body: Bytes, limit: usize) -> Result<(Bytes, bool), String> {
    // An answer without a body has nothing to decode, whatever it says.
    if body.is_empty() {
        return Ok((body, false));
    }
    match coding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok((body, false)),
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(&body[..]), limit),
        // RFC 9110 8.4.1.2 wants the zlib wrapper; some servers send the bare stream.
        "deflate" => read(ZlibDecoder::new(&body[..]), limit).or_else(|_| read(DeflateDecoder::new(&body[..]), limit)),
        other => Err(format!("the body is encoded as `{other}`, which was not offered")),
    }
}

fn read(reader: impl Read, limit: usize) -> Result<(Bytes, bool), String> {
    let mut out = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|error| format!("the compressed body is damaged: {error}"))?;
    let cut = out.len() > limit;
    out.truncate(limit);
    Ok((out.into(), cut))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{
        Compression,
        write::{DeflateEncoder, GzEncoder, ZlibEncoder},
    };

    use super::*;

    /// A text in each coding that was offered; deflate with its wrapper and without.
    fn codings(text: &[u8]) -> [(&'static str, Bytes); 3] {
        let level = Compression::fast();
        let (mut gzip, mut zlib) = (GzEncoder::new(Vec::new(), level), ZlibEncoder::new(Vec::new(), level));
        let mut bare = DeflateEncoder::new(Vec::new(), level);
        gzip.write_all(text).unwrap();
        zlib.write_all(text).unwrap();
        bare.write_all(text).unwrap();
        [("gzip", gzip.finish()), ("deflate", zlib.finish()), ("Deflate ", bare.finish())]
            .map(|(coding, body)| (coding, body.unwrap().into()))
    }

    #[test]
    fn what_was_offered_is_undone() {
        let text = br#"{"totalResults": 0}"#;
        for (coding, body) in codings(text) {
            assert_eq!(decode(coding, body, 1_000), Ok((Bytes::from_static(text), false)), "{coding}");
        }
        assert_eq!(decode("", Bytes::from_static(text), 10), Ok((Bytes::from_static(text), false)));
    }

    #[test]
    fn a_body_that_swells_is_cut() {
        let text = vec![b' '; 50_000_000];
        for (coding, body) in codings(&text) {
            assert!(body.len() < 500_000, "{coding}");
            let (part, cut) = decode(coding, body, 1_000).unwrap();
            assert_eq!((part.len(), cut), (1_000, true), "{coding}");
        }
        let (coding, body) = &codings(&text[..1_000])[0];
        assert_eq!(decode(coding, body.clone(), 1_000).map(|(part, cut)| (part.len(), cut)), Ok((1_000, false)));
    }

    #[test]
    fn what_cannot_be_undone_is_told() {
        assert!(decode("br", Bytes::from_static(b"x"), 10).unwrap_err().contains("`br`, which was not offered"));
        for (coding, body) in codings(&[b'x'; 1_000]) {
            let half = body.slice(..body.len() / 2);
            assert!(decode(coding, half, 10_000).unwrap_err().contains("damaged"), "{coding}");
            assert!(decode(coding, Bytes::from_static(b"<html>"), 10_000).is_err(), "{coding}");
            // An answer to HEAD, or 204.
            assert!(decode(coding, Bytes::new(), 10).is_ok(), "{coding}");
        }
    }
}
