//! Secrets, read where the settings say that they are.

use std::{
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use super::failure::Failure;
use crate::config::{Origin, Setting, TokenSource, is_secret_itself, variable};

/// The longest secret that is read from a file, in bytes; headers of that length are refused everywhere.
const LONGEST: u64 = 64 * 1024;

/// A secret, and the file it is in if it is in one.
pub type Kept = (SecretString, Option<PathBuf>);

/// The secret of a setting. `what` it is stands in the errors.
///
/// # Errors
/// A file or a variable that holds none, or more than one line.
pub fn secret(setting: &Setting<TokenSource>, what: &str) -> Result<Kept, Failure> {
    let origin = &setting.origin;
    match &setting.value {
        TokenSource::Given(secret) => Ok((usable(expose(secret), what, &origin.to_string())?, None)),
        TokenSource::File(path) => Ok((read_secret(path, what, &format!("check {origin}"))?, Some(path.clone()))),
        TokenSource::Env(name) => match secret_of_variable(name, what)? {
            Some(secret) => Ok((secret, None)),
            None => Err(Failure::usage(
                format!("the variable {name}, which {origin} names for the {what}, is not set"),
                instead(origin, name),
            )),
        },
    }
}

fn expose(secret: &SecretString) -> String {
    secrecy::ExposeSecret::expose_secret(secret).to_owned()
}

/// What to do about a variable that is not set.
fn instead(origin: &Origin, name: &str) -> String {
    match origin {
        Origin::File { .. } => format!("set {name}, or leave that line out"),
        _ => format!("set {name}"),
    }
}

/// The token in SCIM_CHECK_TOKEN, if there is one.
///
/// # Errors
/// A value that can't be a token.
pub fn token_of_environment() -> Result<Option<SecretString>, Failure> {
    secret_of_variable(variable("token"), "token")
}

/// The secret in a variable of the environment, if there is one. `what` it is stands in the errors.
fn secret_of_variable(name: &str, what: &str) -> Result<Option<SecretString>, Failure> {
    match env::var(name) {
        Ok(secret) if !secret.trim().is_empty() => usable(secret, what, name).map(Some),
        Err(env::VarError::NotUnicode(_)) => {
            Err(Failure::usage(format!("{name} is not UTF-8"), format!("set it to the {what} as text")))
        }
        _ => Ok(None),
    }
}

/// The secret in a file, or on standard input. `what` it is stands in the errors.
///
/// # Errors
/// A file that can't be read, or that holds something else than one line.
pub fn read_secret(path: &Path, what: &str, hint: &str) -> Result<SecretString, Failure> {
    let (shown, hint) = match path.to_str() {
        Some("-") => ("standard input".to_owned(), hint.to_owned()),
        _ if is_secret_itself(path) => (
            "the file that is named".to_owned(),
            format!("{hint}: it takes the name of a file, which is not shown since it looks like the {what} itself"),
        ),
        _ => (path.display().to_string(), hint.to_owned()),
    };
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin().take(LONGEST + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
    };
    match read {
        Err(error) => Err(Failure::usage(format!("the {what} can't be read from {shown}: {error}"), hint)),
        // What is cut would be refused by the target, and nobody would know why.
        Ok(length) if length as u64 > LONGEST => {
            let hint = format!("it must hold the {what} and nothing else");
            Err(Failure::usage(format!("{shown} holds more than {} KiB", LONGEST / 1024), hint))
        }
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => usable(text, what, &shown),
            Err(_) => Err(Failure::usage(format!("{shown} is not UTF-8"), format!("it must hold the {what} as text"))),
        },
    }
}

/// The secret without the line end that editors add.
fn usable(text: String, what: &str, from: &str) -> Result<SecretString, Failure> {
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.trim().is_empty() {
        let hint = format!("it must hold the {what} and nothing else");
        return Err(Failure::usage(format!("{from} holds no {what}"), hint));
    }
    if secret.contains(['\r', '\n']) {
        let hint = format!("it must hold the {what} on one line, and nothing else");
        return Err(Failure::usage(format!("{from} holds more than one line"), hint));
    }
    Ok(SecretString::from(secret.to_owned()))
}
