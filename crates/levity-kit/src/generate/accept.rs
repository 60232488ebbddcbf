use super::{Generated, header};
use crate::hazard::HazardKind;

impl Generated {
    /// Accepts the hazards of a kind, for a reason that the file then says: in its header, and in the options of each stage
    /// that has them. `false` when there are none.
    pub fn accept(&mut self, kind: HazardKind, reason: &str) -> bool {
        let mut found = false;
        for hazard in self.hazards.iter_mut().filter(|hazard| hazard.kind == kind) {
            hazard.accepted = Some(reason.to_owned());
            found = true;
        }
        for options in self.file.stages.iter_mut().map(|stage| &mut stage.options) {
            let name = kind.name().to_owned();
            if !options.hazards.contains(&name) || options.acknowledged.contains(&name) {
                continue;
            }
            options.acknowledged.push(name);
            options.acknowledged.sort_by_key(|name| options.hazards.iter().position(|hazard| hazard == name));
            match &mut options.reason {
                Some(before) if before.split("; ").any(|one| one == reason) => {}
                Some(before) => {
                    before.push_str("; ");
                    before.push_str(reason);
                }
                None => options.reason = Some(reason.to_owned()),
            }
        }
        self.file.header = header::lines(&self.changes, &self.hazards, &self.file.stages);
        found
    }
}
