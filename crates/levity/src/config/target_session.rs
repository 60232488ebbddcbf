use super::{ConfigError, parts::choice};

/// Which of several servers will do: `target_session_attrs`, with the meaning that `libpq` gives the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetSession {
    Any,
    ReadWrite,
    ReadOnly,
    Primary,
    Standby,
    PreferStandby,
}

impl TargetSession {
    pub(super) fn parse(value: Option<&str>) -> Result<Self, ConfigError> {
        let target = choice(
            "target_session_attrs",
            value,
            "`any`, `read-write`, `read-only`, `primary`, `standby` or `prefer-standby`",
            |name| {
                Some(match name {
                    "any" => Self::Any,
                    "read-write" => Self::ReadWrite,
                    "read-only" => Self::ReadOnly,
                    "primary" => Self::Primary,
                    "standby" => Self::Standby,
                    "prefer-standby" => Self::PreferStandby,
                    _ => return None,
                })
            },
        )?;
        Ok(target.unwrap_or(Self::Any))
    }

    /// Whether the server has to accept writes.
    pub(crate) fn wants_writes(self) -> bool {
        match self {
            Self::ReadWrite | Self::Primary => true,
            Self::Any | Self::ReadOnly | Self::Standby | Self::PreferStandby => false,
        }
    }
}
