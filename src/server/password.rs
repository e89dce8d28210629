//! Passwords are kept as salted hashes only.

use std::num::NonZeroU32;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use ring::pbkdf2::{self, PBKDF2_HMAC_SHA256};

/// Rounds of PBKDF2, the least that RFC 8018 section 4.2 recommends. A product that keeps people's real passwords needs far
/// more; this server is for tests and must not slow them down.
const ROUNDS: NonZeroU32 = NonZeroU32::new(1_000).unwrap();

/// Hashes a password with a salt of its own: `pbkdf2-sha256$SALT$HASH`.
pub(super) fn hash(password: &str) -> Box<str> {
    let salt = uuid::Uuid::new_v4();
    let mut hash = [0; 32];
    pbkdf2::derive(PBKDF2_HMAC_SHA256, ROUNDS, salt.as_bytes(), password.as_bytes(), &mut hash);
    format!("pbkdf2-sha256${}${}", BASE64.encode(salt), BASE64.encode(hash)).into()
}

/// True if that is the password behind the hash.
pub(super) fn fits(password: &str, hash: &str) -> bool {
    let mut parts = hash.split('$').skip(1).map(|part| BASE64.decode(part).unwrap_or_default());
    let (Some(salt), Some(hash)) = (parts.next(), parts.next()) else {
        return false;
    };
    pbkdf2::verify(PBKDF2_HMAC_SHA256, ROUNDS, &salt, password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let (one, other) = (hash("Korrekt Pferd"), hash("Korrekt Pferd"));
        assert_ne!(one, other, "each hash has its own salt");
        assert!(fits("Korrekt Pferd", &one) && fits("Korrekt Pferd", &other));
        assert!(!fits("korrekt pferd", &one) && !fits("", &one) && !fits("x", "") && !fits("x", "a$b$c"));
        assert!(!one.contains("Korrekt"));
    }
}
