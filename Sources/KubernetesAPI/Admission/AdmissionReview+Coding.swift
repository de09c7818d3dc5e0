/// The fields of an AdmissionReview that are read.
enum AdmissionReviewField: String, FieldName {
    case apiVersion, kind, request

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a request that are read.
enum AdmissionRequestField: String, FieldName {
    case uid, kind, subResource, name, namespace, operation, userInfo, object, oldObject, dryRun

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a kind with its group and version.
enum GroupVersionField: String, FieldName {
    case group, version, kind

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `userInfo` that are read.
enum UserInfoField: String, FieldName {
    case username, groups

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension AdmissionReview {
    /// Reads a whole request body.
    ///
    /// An object that is well-formed JSON but does not fit the request's kind becomes ``AdmissionRequest/Payload/undecodable(_:)``. Every
    /// other fault is thrown, with its offset in the body.
    ///
    /// `memoryLimit` is the most bytes of memory that the decoded review may take; the default is what ``ModelBudget`` allows for the
    /// body's length. A record needs a higher limit, because it leaves out the parts that take no memory. `workloads` are the kinds whose
    /// Pod templates are read.
    package init(
        parsing body: Span<UInt8>,
        keeping memoryLimit: Int? = nil,
        among workloads: KnownWorkloads = .standard
    ) throws(DecodingFailure) {
        var reader = JSONReader(body, keeping: memoryLimit)
        reader.allowsRawManagedFields = false
        reader.start()
        let start = reader.location
        guard var object = try reader.beginObject() else {
            throw DecodingFailure(.wrongType(expected: .object, found: .null), at: start)
        }
        var apiVersion: (text: String, location: DecodingFailure.Location)?
        var kind: (text: String, location: DecodingFailure.Location)?
        var request = AdmissionRequest()
        var hasRequest = false
        while let field = try reader.nextField(in: &object, of: AdmissionReviewField.self) {
            let place = reader.location
            switch field {
            case .apiVersion: apiVersion = try reader.readString().map { ($0, place) }
            case .kind: kind = try reader.readString().map { ($0, place) }
            case .request: hasRequest = try request.read(from: &reader, among: workloads)
            }
        }
        try reader.finish()
        guard let kind else { throw DecodingFailure(.missingField("kind"), at: start) }
        guard kind.text == "AdmissionReview" else {
            throw DecodingFailure(.unknownValue(kind.text, allowed: "AdmissionReview"), at: kind.location)
        }
        guard let apiVersion else { throw DecodingFailure(.missingField("apiVersion"), at: start) }
        guard let version = Version(rawValue: apiVersion.text) else {
            let allowed = Version.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingFailure(.unknownValue(apiVersion.text, allowed: allowed), at: apiVersion.location)
        }
        guard hasRequest else { throw DecodingFailure(.missingField("request"), at: start) }
        self.init(version: version, request: request)
    }
}

extension AdmissionRequest {
    /// A payload that stands before the kind that says how to read it.
    private struct Deferred {
        let field: AdmissionRequestField
        let mark: JSONMark
    }

    /// Reads `request`; `false` for null.
    mutating func read(from reader: inout JSONReader, among workloads: KnownWorkloads) throws(DecodingFailure) -> Bool {
        let start = reader.location
        guard var object = try reader.beginObject() else { return false }
        var layout: ObjectLayout?
        var operation: Operation?
        var excess: DecodingFailure?
        var deferred: [Deferred] = []
        while let field = try reader.nextField(in: &object, of: AdmissionRequestField.self) {
            switch field {
            case .uid: uid = try reader.readString() ?? ""
            case .kind:
                try kind.read(from: &reader)
                // A kind of the same name in another group, such as the `Job` of a batch system, has a different specification.
                layout = workloads.layout(ofKind: kind.kind, group: kind.group) ?? .other
            case .subResource: subResource = try reader.readString() ?? ""
            case .name: name = try reader.readString() ?? ""
            case .namespace: namespace = try reader.readString() ?? ""
            case .operation: operation = try Self.readOperation(from: &reader)
            case .userInfo: excess = try readUserInfo(from: &reader)
            case .dryRun: isDryRun = try reader.readBool() ?? false
            case .object, .oldObject:
                if let layout {
                    try readPayload(field, as: layout, among: workloads, from: &reader)
                } else {
                    deferred.append(Deferred(field: field, mark: reader.mark()))
                    _ = try reader.skipReviewedObject()
                }
            }
        }
        let end = reader.mark()
        for payload in deferred {
            reader.rewind(to: payload.mark)
            try readPayload(payload.field, as: layout ?? .other, among: workloads, from: &reader)
        }
        reader.rewind(to: end)
        // A group that was not kept may be an exempt one, so the object can't be judged.
        if let excess, self.object.isPresent { self.object = .undecodable(excess) }
        guard !uid.isEmpty else { throw DecodingFailure(.missingField("uid"), at: start) }
        guard let layout, !kind.kind.isEmpty else { throw DecodingFailure(.missingField("kind"), at: start) }
        guard let operation else { throw DecodingFailure(.missingField("operation"), at: start) }
        self.operation = operation
        if case .otherWorkload = layout { isOtherWorkload = true }
        return true
    }

    /// Reads `operation`; `nil` for null.
    static func readOperation(from reader: inout JSONReader) throws(DecodingFailure) -> Operation? {
        let place = reader.location
        guard let text = try reader.readString() else { return nil }
        guard let operation = Operation(rawValue: text) else {
            throw DecodingFailure(.unknownValue(text, allowed: Operation.allCases.map(\.rawValue).joined(separator: ", ")), at: place)
        }
        return operation
    }

    /// Reads `userInfo`; if it has more groups than may be kept, keeps none of them and returns the failure.
    private mutating func readUserInfo(from reader: inout JSONReader) throws(DecodingFailure) -> DecodingFailure? {
        let (start, room) = (reader.mark(), reader.room)
        do {
            try userInfo.read(from: &reader)
            return nil
        } catch {
            guard case .modelTooLarge = error.reason else { throw error }
            reader.rewind(to: start)
            reader.room = room
            _ = try reader.skipValue()
            return error
        }
    }

    /// Reads `object` or `oldObject`.
    private mutating func readPayload(
        _ field: AdmissionRequestField,
        as layout: ObjectLayout,
        among workloads: KnownWorkloads,
        from reader: inout JSONReader
    ) throws(DecodingFailure) {
        reader.allowsRawManagedFields = true
        let payload = try readPayload(as: layout, among: workloads, from: &reader)
        reader.allowsRawManagedFields = false
        if field == .object {
            object = payload
        } else {
            oldObject = payload
        }
    }

    /// Reads one payload; skips it if it is well-formed but not an object of the kind.
    private func readPayload(
        as layout: ObjectLayout,
        among workloads: KnownWorkloads,
        from reader: inout JSONReader
    ) throws(DecodingFailure) -> Payload {
        if try reader.skipNull() { return .absent }
        let (start, room) = (reader.mark(), reader.room)
        do {
            return .decoded(try KubernetesObject(from: &reader, as: layout, among: workloads))
        } catch {
            guard error.isAboutContent else { throw error }
            reader.rewind(to: start)
            reader.room = room
            _ = try reader.skipValue()
            return .undecodable(error)
        }
    }
}

extension GroupVersionKind {
    /// Reads a kind with its group and version; null reads as empty.
    mutating func read(from reader: inout JSONReader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: GroupVersionField.self) {
            switch field {
            case .group: group = try reader.readString() ?? ""
            case .version: version = try reader.readString() ?? ""
            case .kind: kind = try reader.readString() ?? ""
            }
        }
    }
}

extension UserInfo {
    /// Reads `userInfo`; null reads as a user without a name.
    mutating func read(from reader: inout JSONReader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: UserInfoField.self) {
            switch field {
            case .username: username = try reader.readString() ?? ""
            case .groups: groups = try reader.readStrings() ?? []
            }
        }
    }
}

extension AdmissionReview {
    /// The review as JSON text, with the fields that were decoded and nothing else: no environment values, no arguments, no labels, and
    /// only the annotations that ``Annotation`` names.
    ///
    /// Decoding the text gives an equal review. An object that could not be decoded becomes a text that says why, and that text can't be
    /// decoded either.
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
    /// Writes the fields; the kind stands before the objects, so that they can be read in one pass.
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
