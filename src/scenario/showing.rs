//! Reads what a request expects of the resources in its answer.

use serde_saphyr::Location;

use super::{
    DataError,
    expect_file::{ExpectFile, FindsFile, InOrderFile},
    load::Reading,
    suggest::did_you_mean,
};
use crate::judge::{Finds, InOrder, Showing};

/// What is expected of the resources in an answer.
pub(super) fn read(reading: &Reading<'_>, at: Location, file: &ExpectFile) -> Result<Showing, DataError> {
    let paths = |texts: &[String]| texts.iter().map(|text| reading.path(at, text)).collect::<Result<Vec<_>, _>>();
    let named = |names: &[String]| {
        let stranger = names.iter().find(|name| !reading.names[..reading.cast].contains(name));
        stranger.map_or(Ok(()), |name| {
            let hint = did_you_mean(name, reading.names[..reading.cast].iter().map(String::as_str));
            Err(reading.error(at, name, format!("there is no `{name}` in this scenario"), hint))
        })
    };
    let word = |have: &str, wanted: &str| {
        let hint = format!("write names, or `{wanted}`");
        if have == wanted { Ok(()) } else { Err(reading.error(at, have, format!("`{have}` can't stand here"), hint)) }
    };
    let finds = match &file.finds {
        None => None,
        Some(FindsFile::Word(have)) => word(have, "matching").map(|()| Some(Finds::Matching))?,
        Some(FindsFile::Names(names)) => named(names).map(|()| Some(Finds::Exactly(names.clone())))?,
    };
    let in_order = match &file.in_order {
        None => None,
        Some(InOrderFile::Word(have)) => word(have, "sorted").map(|()| Some(InOrder::Sorted))?,
        Some(InOrderFile::Names(names)) => {
            let names: Vec<Vec<String>> = names.iter().map(|tied| tied.clone().into_vec()).collect();
            named(&names.concat())?;
            Some(InOrder::Names(names))
        }
    };
    Ok(Showing {
        finds,
        in_order,
        shows: paths(&file.shows)?,
        shows_only: file.shows_only.as_deref().map(paths).transpose()?,
        hides: paths(&file.hides)?,
        as_read: file.as_read,
    })
}
