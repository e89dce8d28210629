//! Places that reports go to: that one can be written is tried before, and no half file is ever found.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use super::{failure::Failure, print};

/// Other names of standard output.
const STDOUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// Where a report goes.
pub enum Sink {
    Stdout,
    /// Written beside, then renamed.
    File(PathBuf),
    /// No file but a device or a pipe, which can't be replaced.
    Device(PathBuf),
}

impl Sink {
    /// Writes a report.
    ///
    /// # Errors
    /// If it can't be written; what was there stays.
    pub fn write(&self, text: &str) -> Result<(), Failure> {
        match self {
            Sink::Stdout => print::whole(text).map_err(|error| {
                let message = format!("the report can't be written to standard output: {error}");
                Failure::usage(message, "make room, or write it to a file")
            }),
            Sink::File(path) => replace(path, text).map_err(|error| no_report(path, &error)),
            Sink::Device(path) => fs::OpenOptions::new()
                .append(true)
                .open(path)
                .and_then(|mut device| device.write_all(text.as_bytes()))
                .map_err(|error| no_report(path, &error)),
        }
    }
}

/// What a path leads to, and where that is whatever the path looks like.
///
/// # Errors
/// If no report can be written there.
pub fn sink(path: &Path) -> Result<(PathBuf, Sink), Failure> {
    // They lead to what the shell has opened, which is not to be replaced.
    if STDOUT.iter().any(|name| path == Path::new(name)) {
        return Ok((PathBuf::from("-"), Sink::Stdout));
    }
    if path.starts_with("/dev") || path.starts_with("/proc") {
        fs::OpenOptions::new().append(true).open(path).map_err(|error| no_report(path, &error))?;
        return Ok((path.to_owned(), Sink::Device(path.to_owned())));
    }
    if path.as_os_str().to_string_lossy().ends_with('/') {
        return Err(no_report(path, &io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")));
    }
    let there = fs::metadata(path).ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        // Not tried: whoever reads from a pipe would take that for the end.
        return Ok((path.to_owned(), Sink::Device(path.to_owned())));
    }
    let tried = if there.is_some() {
        fs::OpenOptions::new().append(true).open(path).map(drop)
    } else {
        // A link that leads nowhere would be replaced, and not what it leads to.
        match fs::symlink_metadata(path) {
            Ok(_) => Err(io::Error::new(io::ErrorKind::NotFound, "it is a link that leads nowhere")),
            Err(_) => Ok(()),
        }
    };
    tried.map_err(|error| no_report(path, &error))?;
    let place = if there.is_some() { path.canonicalize() } else { in_its_folder(path) };
    let place = place.map_err(|error| no_report(path, &error))?;
    let (file, beside) = beside(&place).map_err(|error| no_report(path, &error))?;
    drop(file);
    fs::remove_file(beside).map_err(|error| no_report(path, &error))?;
    Ok((place.clone(), Sink::File(place)))
}

/// The place of a file that is not there yet.
fn in_its_folder(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it is no file"))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(name))
}

/// A new file in the same folder, by a name that nobody has foreseen.
fn beside(place: &Path) -> io::Result<(fs::File, PathBuf)> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let chance: String = std::iter::repeat_with(fastrand::alphanumeric).take(8).collect();
    let beside = place.with_file_name(format!(".{name}.{chance}"));
    Ok((fs::OpenOptions::new().write(true).create_new(true).open(&beside)?, beside))
}

/// Puts a text in the place of a file as a whole.
fn replace(place: &Path, text: &str) -> io::Result<()> {
    let (mut file, beside) = beside(place)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| fs::metadata(place).map_or(Ok(()), |before| file.set_permissions(before.permissions())))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, place));
    if written.is_err() {
        // It is of no use to anybody, and says nothing that the error does not.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn no_report(path: &Path, error: &io::Error) -> Failure {
    let hint = "the folder must be there and writable, and so must the file if it is there";
    Failure::usage(format!("the report can't be written to {}: {error}", path.display()), hint)
}
