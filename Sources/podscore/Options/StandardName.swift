import ArgumentParser
import PodScoring

/// A Pod Security Standard as an argument.
struct StandardName: ExpressibleByArgument {
    /// The standard of that name.
    let standard: PodSecurityStandard

    /// Reads `restricted@v1.31`, or `restricted` for its latest version; `nil` for anything else, and for `privileged`, which forbids nothing.
    init?(argument: String) {
        guard let standard = PodSecurityStandard(parsing: argument), standard.level != .privileged else { return nil }
        self.standard = standard
    }
}
