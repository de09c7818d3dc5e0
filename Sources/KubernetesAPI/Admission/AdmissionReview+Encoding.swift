extension AdmissionReview {
    /// The review as JSON text with all that was read of it, and nothing else: no environment values, no arguments, no labels, no
    /// annotations but those of ``Annotation``.
    ///
    /// Reading it gives an equal review. An object that could not be decoded becomes a text that says why, which cannot be decoded either.
    package var encoded: [UInt8] {
        var json = JSONWriter(reservingCapacity: 2_048)
        json.object { json in
            json.member("kind", "AdmissionReview")
            json.member("apiVersion", version.rawValue)
            json.object("request", request.writeMembers)
        }
        json.endLine()
        return json.bytes
    }
}

extension AdmissionRequest {
    /// Writes the fields, the kind before the objects that are read by it.
    fileprivate func writeMembers(to json: inout JSONWriter) {
        json.member("uid", uid)
        json.object("kind") { json in
            json.member("group", kind.group)
            json.member("version", kind.version)
            json.member("kind", kind.kind)
        }
        json.nonempty("subResource", subResource)
        json.nonempty("name", name)
        json.nonempty("namespace", namespace)
        json.member("operation", operation.rawValue)
        json.object("userInfo") { json in
            json.nonempty("username", userInfo.username)
            if !userInfo.groups.isEmpty { json.member("groups", userInfo.groups) }
        }
        write(object, named: "object", to: &json)
        write(oldObject, named: "oldObject", to: &json)
        if isDryRun { json.member("dryRun", true) }
    }

    private func write(_ payload: Payload, named name: String, to json: inout JSONWriter) {
        switch payload {
        case .absent: break
        case .decoded(let object): json.object(name) { object.writeMembers(readAs: kind.kind, to: &$0) }
        case .undecodable(let failure): json.member(name, "not decodable: \(failure.reason)")
        }
    }
}
