package import KubernetesAPI

extension JSONWriter {
    /// Writes the member `waivers`: each waiver with its last day, its rules and its minimum; nothing without waivers.
    package mutating func waivers(_ waivers: [UsedWaiver]) {
        guard !waivers.isEmpty else { return }
        key("waivers")
        beginArray()
        for waiver in waivers {
            beginObject()
            member("name", waiver.name)
            member("expires", waiver.expires.description)
            member("rules", waiver.rules)
            member("minimumScore", waiver.minimumScore)
            endObject()
        }
        endArray()
    }
}
