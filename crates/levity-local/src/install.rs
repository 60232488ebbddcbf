//! How PostgreSQL is installed on this system.

use std::fs;

const BY_HAND: &str = "your package manager, or from https://www.postgresql.org/download/";

/// What installs `major`, or a version that the system likes: a line for a shell, or words.
pub(crate) fn with(major: Option<u32>) -> String {
    if cfg!(target_os = "macos") {
        return format!("`brew install postgresql@{}`", major.unwrap_or(17));
    }
    // A distribution has one version, which need not be the one that is asked for.
    let command = if major.is_none() { fs::read_to_string("/etc/os-release").ok() } else { None };
    match command.as_deref().and_then(command_for) {
        Some(command) => format!("`{command}`"),
        None => BY_HAND.to_owned(),
    }
}

/// Reads `ID` and `ID_LIKE` of an `os-release` file.
fn command_for(os_release: &str) -> Option<&'static str> {
    let values = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")));
    let ids: Vec<_> = values.flat_map(|value| value.trim_matches(['"', '\'']).split_whitespace()).collect();
    let commands = [
        (["debian", "ubuntu"], "sudo apt install postgresql"),
        (["rhel", "centos"], "sudo dnf install @postgresql:16"),
        (["fedora", "nobara"], "sudo dnf install postgresql-server"),
        (["arch", "archlinux"], "sudo pacman -S postgresql"),
        (["suse", "opensuse"], "sudo zypper install postgresql-server"),
        (["alpine", "postmarketos"], "sudo apk add postgresql"),
    ];
    let known = commands.iter().find(|(systems, _)| systems.iter().any(|system| ids.contains(system)));
    known.map(|(_, command)| *command)
}

#[cfg(test)]
mod tests {
    use super::command_for;

    #[test]
    fn derived_systems_get_the_command_of_their_family() {
        assert_eq!(command_for("NAME=x\nID=debian\n"), Some("sudo apt install postgresql"));
        assert_eq!(
            command_for("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"),
            Some("sudo apt install postgresql")
        );
        assert_eq!(
            command_for("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
            Some("sudo dnf install @postgresql:16")
        );
        assert_eq!(command_for("ID=cachyos\nID_LIKE=arch\n"), Some("sudo pacman -S postgresql"));
        assert_eq!(command_for("ID=other\n"), None);
    }
}
