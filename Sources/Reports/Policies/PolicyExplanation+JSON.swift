import AdmissionPolicy
import KubernetesAPI
import PodScoring

extension PolicyExplanation {
    /// The explanation as JSON.
    package var json: [UInt8] {
        var json = JSONWriter(layout: .indented)
        json.beginObject()
        json.member("namespace", namespace)
        json.member("date", today.description)
        json.member("policy", policy.name)
        json.member("builtIn", isBuiltIn)
        json.member("ruleset", policy.ruleset.label)
        json.member("bestPossibleScore", policy.ruleset.bestPossibleScore(for: .pod))
        json.array("policies", standings) { standing, json in
            json.member("name", standing.policy.name)
            if case .applies = standing.reason { json.member("applies", true) } else { json.member("applies", false) }
            json.member("why", Self.words(for: standing))
        }
        json.array("levels", levels) { entry, json in write(entry.label, entry.level, to: &json) }
        if labels != nil {
            json.member("namespaceLabels", policy.namespaceLabels.rawValue)
            json.array("labelsWithoutEffect", idleLabels) { idle, json in
                json.member("label", idle.label.rawValue)
                json.member("value", idle.value)
                json.member("reason", idle.reason)
            }
        }
        json.member("workloads", policy.workloads.rawValue)
        if !policy.nodes.isEmpty { json.member("nodes", policy.nodes.names) }
        json.member("message", policy.guidance?.message)
        json.member("runbook", policy.guidance?.runbook)
        if let (user, exemption) = requester {
            json.member("user", user.username)
            json.member("exemption", exemption?.description)
        }
        json.array("waivers", waivers) { waiver, json in
            json.member("name", waiver.name)
            json.member("expires", waiver.expires.description)
            json.member("expired", waiver.hasExpired(on: today))
            json.member("owner", waiver.owner)
            json.member("reason", waiver.reason)
            json.member("rules", waiver.rules)
            json.member("minimumScore", waiver.minimumScore)
        }
        json.array("objects", decided) { write($0, to: &$1) }
        json.endObject()
        json.endLine()
        return json.bytes
    }

    private func write(_ label: MinimumLabel, _ level: ScorePolicy.Level, to json: inout JSONWriter) {
        json.member("name", label.levelName)
        json.member("minimumScore", level.minimumScore(on: today))
        if policy.isSetByNamespace(label, on: today) { json.member("setByLabel", label.rawValue) }
        json.array("later", Array(level.steps(after: today))) { step, json in
            json.member("date", step.date.description)
            json.member("minimumScore", step.minimumScore)
        }
        json.member("require", level.require)
        json.member("forbid", level.forbid)
        json.member("podSecurityStandard", level.podSecurityStandard?.description)
    }

    private func write(_ decided: Decided, to json: inout JSONWriter) {
        let decision = decided.decision
        json.member("title", decided.title)
        json.member("decision", decision.outcome.rawValue)
        json.member("score", decision.score)
        json.member("bestPossibleScore", decision.bestPossibleScore)
        json.member("minimumScore", decision.minimumScore)
        json.member("violations", decision.violations.map(\.id))
        json.member("message", decision.response.denial?.message)
        json.member("warnings", decision.response.warnings)
        json.member("exemption", decision.exemption?.description)
        json.array("rules", rules(of: decided)) { rule, json in
            json.member("id", rule.id)
            json.member("points", rule.points)
            if rule.points != nil { json.member("possiblePoints", rule.possiblePoints) }
            json.member("holds", rule.holds)
            if !rule.holds { json.member("text", rule.text) }
            json.member("class", rule.fixClass?.rawValue)
            json.member("levels", rule.levels)
            json.member("waiver", rule.waiver)
            json.member("ruleset", rule.checkedBy)
        }
    }
}

extension JSONWriter {
    /// Writes a key with an array of objects; the closure writes the members of each object.
    fileprivate mutating func array<Element>(_ name: String, _ elements: [Element], _ members: (Element, inout Self) -> Void) {
        key(name)
        beginArray()
        for element in elements {
            beginObject()
            members(element, &self)
            endObject()
        }
        endArray()
    }
}
