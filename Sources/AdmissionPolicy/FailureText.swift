import KubernetesAPI
import PodScoring

/// Says where a rule fails and what to write there.
struct FailureText {
    /// The assessment whose failures are told, and in whose Pod their places are.
    let assessment: Assessment

    /// The rule's id, then the places and the fix: `RunAsNonRoot (container "bad": set securityContext.runAsNonRoot: true)`.
    ///
    /// At most `placeLimit` places are named for one fix before the rest is counted.
    func text(ofRule id: String, placeLimit: Int = 3) -> String {
        guard let failure = assessment.failure(ofRule: id) else { return id }
        return text(of: failure, placeLimit: placeLimit)
    }

    private func text(of failure: ScoreReport.Result, placeLimit: Int) -> String {
        let rule = assessment.rule(of: failure)
        let findings = failure.findings
        var parts: [String] = []
        var start = 0
        for end in findings.indices where end + 1 == findings.count || findings[end].fix != findings[end + 1].fix {
            let places = places(of: findings[start...end], limit: placeLimit)
            let fix = findings[end].fix ?? rule.fix
            parts.append(places.isEmpty ? fix : "\(places): \(fix)")
            start = end + 1
        }
        return "\(rule.id) (\(parts.isEmpty ? rule.fix : parts.joined(separator: "; ")))"
    }

    /// The places of the findings in document order, each once: `container "a", "b", init container "c" and 2 more`.
    private func places(of findings: ArraySlice<Finding>, limit: Int) -> String {
        var text = ""
        var noun = ""
        var count = 0
        var previous: Finding.Place?
        for finding in findings where finding.place != previous && finding.place != .object {
            previous = finding.place
            count += 1
            guard count <= limit else { continue }
            let place = name(of: finding.place)
            text += count == 1 ? "" : ", "
            text += place.noun == noun ? place.name : [place.noun, place.name].filter { !$0.isEmpty }.joined(separator: " ")
            noun = place.noun
        }
        return count > limit ? text + " and \(count - limit) more" : text
    }

    private func name(of place: Finding.Place) -> (noun: String, name: String) {
        switch place {
        case .pod: return ("Pod", "")
        case .object: return ("", "")
        case .volume(let index):
            let volumes = assessment.pod.volumes
            return ("volume", volumes.indices.contains(index) ? DisplayText.quoted(volumes[index].name) : String(index))
        case .container(let list, let index):
            let container = assessment.pod.container(at: place)
            let name = container.map { DisplayText.quoted($0.name) } ?? String(index)
            switch list {
            case .initContainers: return ("init container", name)
            case .containers: return ("container", name)
            case .ephemeralContainers: return ("ephemeral container", name)
            }
        }
    }
}
