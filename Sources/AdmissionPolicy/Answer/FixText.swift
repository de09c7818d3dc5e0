package import KubernetesAPI
package import PodScoring

/// Says where a rule fails in a Pod and what to write there.
package struct FixText {
    private let subject: ScoringSubject

    /// Names the places of this Pod.
    package init(pod: PodSpec) {
        subject = ScoringSubject(pod: pod)
    }

    /// Names the places of what was scored.
    init(_ subject: ScoringSubject) {
        self.subject = subject
    }

    /// The places of the findings and what to do there: `container "a", "b": set securityContext.runAsNonRoot: true`.
    ///
    /// `placeLimit` is the number of places that are named before the rest is counted. Findings that want something else done than the
    /// rule says follow behind a semicolon.
    package func text(of rule: Rule, findings: [Finding], placeLimit: Int = 3) -> String {
        var text = MessageText()
        append(rule.fix, findings: findings, placeLimit: placeLimit, to: &text)
        return text.string
    }

    /// The class of the fix at all places of the findings together.
    package func fixClass(of rule: Rule, findings: [Finding]) -> FixClass {
        rule.fixClass(of: findings, in: subject)
    }

    /// The same for a check of a Pod Security Standard.
    package func fixClass(of check: StandardCheck, findings: [Finding]) -> FixClass {
        check.fixClass(of: findings, in: subject)
    }

    /// The places of the findings and what to do there, followed by the class of the fix: `… runAsNonRoot: true [check image]`.
    package func advice(on rule: Rule, findings: [Finding]) -> String {
        text(of: rule, findings: findings) + fixClass(of: rule, findings: findings).tag
    }

    /// The same for a check of a Pod Security Standard.
    package func advice(on check: StandardCheck, findings: [Finding]) -> String {
        text(of: check, findings: findings) + fixClass(of: check, findings: findings).tag
    }

    /// The places of the findings and what to do there, for a check of a Pod Security Standard.
    package func text(of check: StandardCheck, findings: [Finding], placeLimit: Int = 3) -> String {
        var text = MessageText()
        append(check.fix, findings: findings, placeLimit: placeLimit, to: &text)
        return text.string
    }

    /// Appends the places of the findings and what to do there: what a finding wants itself, else the fix.
    ///
    /// Once the text has more bytes than the limit nothing more is appended: thousands of containers can each want something else done, and
    /// whoever gives a limit cuts the text at it.
    func append(_ fix: String, findings: [Finding], placeLimit: Int, byteLimit: Int = .max, to text: inout MessageText) {
        var start = 0
        while true {
            let (end, places, placeCount) = findings.group(from: start, naming: placeLimit)
            if placeCount > 0 {
                append(places, of: placeCount, to: &text)
                text += ": "
            }
            text += start < end ? findings[start].fix ?? fix : fix
            if end == findings.count || text.byteCount > byteLimit { return }
            text += "; "
            start = end
        }
    }

    /// Appends places in document order, the first of so many: `container "a", "b", init container "c" and 2 more`.
    private func append(_ places: [Finding.Place], of count: Int, to text: inout MessageText) {
        var noun = ""
        for (index, place) in places.enumerated() {
            let place = name(of: place)
            if index > 0 { text += ", " }
            if place.noun != noun {
                text += place.noun
                if !place.name.isEmpty { text += " " }
            }
            text += place.name
            noun = place.noun
        }
        if count > places.count { text += " and \(count - places.count) more" }
    }

    /// The kind of a place, and its name between quotation marks.
    private func name(of place: Finding.Place) -> (noun: String, name: String) {
        switch place {
        case .pod, .metadata: return ("Pod", "")
        case .object: return ("", "")
        case .volume(let index):
            let volumes = subject.pod.volumes
            return ("volume", volumes.indices.contains(index) ? DisplayText.quoted(volumes[index].name) : String(index))
        case .container(let list, let index):
            let name = subject.pod.nameOfContainer(at: index, in: list).map { DisplayText.quoted($0) } ?? String(index)
            switch list {
            case .initContainers: return ("init container", name)
            case .containers: return ("container", name)
            case .ephemeralContainers: return ("ephemeral container", name)
            }
        }
    }
}
