extension KubernetesObject {
    /// The object as JSON text, with the fields that were decoded and nothing else.
    ///
    /// Reading the text gives an equal object, if memory up to ``ModelBudget/greatest`` is allowed.
    package var encoded: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.object { writeMembers(readAs: kind, to: &$0) }
        return json.bytes
    }
}
