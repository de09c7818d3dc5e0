import AdmissionPolicy
import KubernetesAPI
import Reports

extension ScoreWaiver {
    /// The YAML document that is read as this waiver.
    var document: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("apiVersion", PolicyReader.apiVersion)
        json.member("kind", PolicyKind.waiver.rawValue)
        json.key("metadata")
        json.beginObject()
        json.member("name", name)
        json.endObject()
        json.key("spec")
        json.beginObject()
        json.key("match")
        match.write(to: &json)
        if !rules.isEmpty { json.member("rules", rules) }
        json.member("minimumScore", minimumScore)
        json.member("expires", expires.description)
        json.member("owner", owner)
        json.member("reason", reason)
        json.endObject()
        json.endObject()
        return YAMLText.bytes(ofJSON: json.bytes)
    }
}

extension ScoreWaiver.Match {
    fileprivate func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("namespaces", namespaces.map(\.text))
        json.member("pods", pods?.map(\.text))
        json.member("containers", containers?.map(\.text))
        json.member("images", images?.map(\.text))
        json.member("serviceAccounts", serviceAccounts?.map(\.text))
        json.endObject()
    }
}
