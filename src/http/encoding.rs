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

/// The text as it stands inside a JSON string, without the quotes.
pub(super) fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    #[test]
    fn gzip_is_undone_under_a_limit() {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&[b'x'; 100_000]).unwrap();
        let body = Bytes::from(encoder.finish().unwrap());
        let (whole, cut) = decode("gzip", body.clone(), 200_000).unwrap();
        assert_eq!((whole.len(), cut), (100_000, false));
        let (part, cut) = decode("gzip", body, 1_000).unwrap();
        assert_eq!((part.len(), cut), (1_000, true));
        assert!(decode("br", Bytes::from_static(b"x"), 10).is_err());
        assert!(decode("gzip", Bytes::new(), 10).is_ok());
    }
}
