//! What a module holds of a programme: its versions, as the checker left them, and their hashes.

use earnest_dsl::policy::Policy;
use earnest_interpreter::zone::{Offsets, register};
use earnest_interpreter::{Engine, Way};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The largest image that is read, in bytes.
const LARGEST: usize = 512 << 20;

/// A version of a programme.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Version {
    /// The hash of its meaning.
    pub hash: String,
    /// The checked policy, without labels, places and tests.
    pub policy: Policy,
}

/// All versions, in the order of their first days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Image {
    /// The versions.
    pub versions: Vec<Version>,
    /// The tables of their time zones, by name.
    pub zones: BTreeMap<String, Offsets>,
}

impl Image {
    /// The image of engines.
    #[cfg(feature = "host")]
    #[must_use]
    pub fn of<'e>(engines: impl IntoIterator<Item = &'e Engine>) -> Self {
        let version = |engine: &Engine| Version { hash: engine.hash().to_owned(), policy: engine.policy().clone() };
        let versions: Vec<Version> = engines.into_iter().map(version).collect();
        let names = versions.iter().map(|version| version.policy.timezone.clone());
        let zones = names.filter_map(|name| Some((name.clone(), Offsets::of(&name)?))).collect();
        Self { versions, zones }
    }

    /// As bytes, compressed, and how many they were before.
    ///
    /// # Errors
    /// What cannot be written, in words; nothing that the checker makes.
    #[cfg(feature = "host")]
    pub fn bytes(&self) -> Result<(Vec<u8>, usize), String> {
        let plain = postcard::to_allocvec(self).map_err(|error| error.to_string())?;
        Ok((miniz_oxide::deflate::compress_to_vec(&plain, 9), plain.len()))
    }

    /// From bytes.
    ///
    /// # Errors
    /// They are not those of an image.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let plain = miniz_oxide::inflate::decompress_to_vec_with_limit(bytes, LARGEST);
        let plain = plain.map_err(|error| error.to_string())?;
        postcard::from_bytes(&plain).map_err(|error| error.to_string())
    }

    /// An engine for each version, with the others beside it.
    #[must_use]
    pub fn engines(self) -> Vec<Engine> {
        for (name, offsets) in self.zones {
            register(&name, offsets);
        }
        let alone = |version: Version| Engine::hashed(Arc::new(version.policy), version.hash, Way::Vm);
        let alone: Vec<Engine> = self.versions.into_iter().map(alone).collect();
        alone.iter().map(|engine| engine.clone().beside(&alone)).collect()
    }
}
