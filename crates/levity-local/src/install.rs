//! How PostgreSQL is installed on this system.

use std::fs;

/// One line for a shell.
pub(crate) fn command() -> &'static str {
    if cfg!(target_os = "macos") {
        return "brew install postgresql@17";
    }
    command_for(&fs::read_to_string("/etc/os-release").unwrap_or_default())
}

/// Reads `ID` and `ID_LIKE` of an `os-release` file.
fn command_for(os_release: &str) -> &'static str {
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
    known.map_or("your package manager, or from https://www.postgresql.org/download/", |(_, command)| command)
}

#[cfg(test)]
mod tests {
    use super::command_for;

    #[test]
    fn derived_systems_get_the_command_of_their_family() {
        assert_eq!(command_for("NAME=x\nID=debian\n"), "sudo apt install postgresql");
        assert_eq!(command_for("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), "sudo apt install postgresql");
        assert_eq!(
            command_for("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n"),
            "sudo dnf install @postgresql:16"
        );
        assert_eq!(command_for("ID=cachyos\nID_LIKE=arch\n"), "sudo pacman -S postgresql");
        assert!(command_for("ID=other\n").contains("package manager"));
    }
}
