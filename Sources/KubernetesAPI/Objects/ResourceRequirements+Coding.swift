/// The fields of `resources` that are read.
enum ResourceRequirementsField: String, FieldName {
    case requests, limits

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The resources that rules require.
enum ResourceListField: String, FieldName {
    case cpu, memory

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension ResourceRequirements: ManifestReadable {
    /// Reads `resources`; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        var (requests, limits) = (ResourceList(), ResourceList())
        while let field = try reader.nextField(in: &object, of: ResourceRequirementsField.self) {
            switch field {
            case .requests: try requests.read(from: &reader)
            case .limits: try limits.read(from: &reader)
            }
        }
        // Every container has the field, and in many it is empty.
        guard !requests.isEmpty || !limits.isEmpty else { return }
        try reader.keep(ResourceAmounts.byteCount)
        set(requests: requests, limits: limits)
    }
}

extension ResourceList: ManifestReadable {
    /// Reads requests or limits; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: ResourceListField.self) {
            switch field {
            case .cpu: cpu = try ResourceAmount(from: &reader)
            case .memory: memory = try ResourceAmount(from: &reader)
            }
        }
    }
}

extension ResourceAmount {
    /// Reads one amount.
    init<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        self = try reader.readQuantity().map(Self.quantity) ?? .null
    }
}

extension ResourceRequirements {
    /// Writes the member `resources`; nothing if it would be empty.
    func write(to json: inout JSONWriter) {
        guard self != ResourceRequirements() else { return }
        json.object("resources") { json in
            requests.write(named: "requests", to: &json)
            limits.write(named: "limits", to: &json)
        }
    }
}

extension ResourceList {
    /// Writes a list under a key; nothing if it would be empty.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        guard self != ResourceList() else { return }
        json.object(name) { json in
            cpu?.write(named: "cpu", to: &json)
            memory?.write(named: "memory", to: &json)
        }
    }
}

extension ResourceAmount {
    /// Writes an amount under a key.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        switch self {
        case .null:
            json.key(name)
            json.writeNull()
        case .quantity(let quantity):
            json.member(name, quantity.text)
        }
    }
}
