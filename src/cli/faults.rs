//! Faults and personas by name.

use super::failure::Failure;
use crate::{
    scenario::nearest,
    server::{
        Fault,
        fault::{self, PERSONAS, Persona},
    },
};

/// The faults of these names and of that persona, each once.
///
/// # Errors
/// A name that no fault or persona has.
pub fn chosen(names: &[String], persona_name: Option<&str>) -> Result<Vec<&'static Fault>, Failure> {
    let mut chosen = named(names)?;
    if let Some(name) = persona_name {
        chosen.extend(persona(name)?.faults());
    }
    // Where several act on one request, they do so in the order of the tables.
    Ok(fault::FAULTS.iter().filter(|fault| chosen.contains(fault)).collect())
}

fn named(names: &[String]) -> Result<Vec<&'static Fault>, Failure> {
    let find = |name: &String| {
        fault::by_name(name).ok_or_else(|| {
            let hint = match nearest(name, fault::FAULTS.iter().map(|fault| fault.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`scim-check list --faults` names them".to_owned(),
            };
            Failure::usage(format!("there is no fault `{name}`"), hint)
        })
    };
    names.iter().map(find).collect()
}

fn persona(name: &str) -> Result<&'static Persona, Failure> {
    Persona::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = PERSONAS.iter().map(|persona| persona.name).collect();
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", known.join(", ")),
        };
        Failure::usage(format!("there is no persona `{name}`"), hint)
    })
}
