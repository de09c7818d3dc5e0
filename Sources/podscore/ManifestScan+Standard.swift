import AdmissionPolicy
import ArgumentParser
import KubernetesAPI
import PodScoring
import Reports

extension ManifestScan {
    /// Judges an object by the standard, whether a ruleset knows its kind or not; `nil` for objects without a Pod's specification.
    func standardFindings(in outcome: ScannedDocument.Outcome) -> StandardFindings? {
        guard let standard else { return nil }
        switch outcome {
        case .scored(let object, _, _), .notScorable(let object, _, _):
            guard object.podSpec != nil else { return nil }
            return StandardFindings(of: standard, in: ScoringSubject(object, context: .authored))
        case .broken:
            return nil
        }
    }
}

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
