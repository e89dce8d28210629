//! The order in which settings win: flags, environment, the chosen target of the file, the rest of the file.

use std::env;

use super::{
    ConfigFile, GivenUrl, OauthSection, Origin, Section, Setting, SettingsError, TokenSource,
    keys::{self, KEYS},
};

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Settings.
    pub section: Section,
    /// The name of the target.
    pub target: Option<String>,
}

impl Environment {
    /// Reads the variables. Secrets stay where they are until they are needed.
    ///
    /// # Errors
    /// An address or the name of a target that is no text: without it another would be taken.
    pub fn read() -> Result<Environment, SettingsError> {
        for name in ["base_url", "default_target"].map(variable) {
            if matches!(env::var(name), Err(env::VarError::NotUnicode(_))) {
                let message = format!("the variable {name} is not UTF-8");
                return Err(SettingsError { message, hint: format!("set {name} to text, or unset it") });
            }
        }
        let text = |path: &str| env::var(variable(path)).ok().filter(|text| !text.trim().is_empty());
        // One that is no text is told where it is used.
        let secret = |path: &str| {
            let name = variable(path);
            let value = env::var_os(name)?;
            let blank = value.to_str().is_some_and(|text| text.trim().is_empty());
            (!blank).then(|| TokenSource::Env(name.to_owned()))
        };
        let (client_secret, refresh_token) = (secret("oauth.client_secret"), secret("oauth.refresh_token"));
        let oauth = (client_secret.is_some() || refresh_token.is_some()).then(|| OauthSection {
            client_secret,
            refresh_token,
            ..OauthSection::default()
        });
        Ok(Environment {
            section: Section {
                base_url: text("base_url").map(GivenUrl::from),
                token: secret("token"),
                other_token: secret("other_token"),
                oauth,
                ..Section::default()
            },
            target: text("default_target"),
        })
    }
}

/// The variable of a key, empty where it has none.
pub fn variable(path: &str) -> &'static str {
    keys::by_path(path).map_or("", |key| key.variable)
}

/// One layer: settings, and where they stand.
struct Layer<'a> {
    section: &'a Section,
    stands: Stands<'a>,
}

#[derive(Clone, Copy)]
enum Stands<'a> {
    Flags,
    Environment,
    Target(&'a ConfigFile, &'a str),
    File(&'a ConfigFile),
}

/// All layers, the winning one first.
pub(super) struct Layers<'a>(Vec<Layer<'a>>);

impl<'a> Layers<'a> {
    pub fn new(
        flags: &'a Section,
        environment: &'a Section,
        file: Option<&'a ConfigFile>,
        target: Option<&'a str>,
    ) -> Layers<'a> {
        let mut layers = vec![
            Layer { section: flags, stands: Stands::Flags },
            Layer { section: environment, stands: Stands::Environment },
        ];
        if let Some(file) = file {
            let named = target.and_then(|name| Some((name, &file.targets.get(name)?.0)));
            layers.extend(named.map(|(name, section)| Layer { section, stands: Stands::Target(file, name) }));
            layers.push(Layer { section: &file.defaults, stands: Stands::File(file) });
        }
        Layers(layers)
    }

    /// What the first layer says that says anything.
    pub fn first<T>(&self, path: &str, get: impl Fn(&Section) -> Option<T>) -> Option<Setting<T>> {
        self.all(path, get).next()
    }

    /// What each layer says, the winning one first.
    pub fn all<T>(&self, path: &str, get: impl Fn(&Section) -> Option<T>) -> impl Iterator<Item = Setting<T>> {
        self.0
            .iter()
            .filter_map(move |layer| Some(Setting { value: get(layer.section)?, origin: layer.stands.origin(path) }))
    }
}

impl Stands<'_> {
    fn origin(self, path: &str) -> Origin {
        let key = KEYS.iter().find(|key| key.path == path);
        let place = |file: &ConfigFile, path: &str, target: Option<&str>| {
            let (line, column) = file.place(path).unwrap_or((1, 1));
            Origin::File { file: file.name.clone(), line, column, target: target.map(str::to_owned) }
        };
        match self {
            Stands::Flags => Origin::Flag(key.map_or("the command line", |key| key.flag)),
            Stands::Environment => Origin::Variable(key.map_or("", |key| key.variable)),
            Stands::Target(file, name) => place(file, &format!("targets.{name}.{path}"), Some(name)),
            Stands::File(file) => place(file, path, None),
        }
    }
}
