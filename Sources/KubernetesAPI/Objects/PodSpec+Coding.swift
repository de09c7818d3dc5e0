/// The fields of a Pod's `spec` that are read.
enum PodSpecField: String, FieldName {
    case hostNetwork, hostPID, hostIPC, hostUsers, automountServiceAccountToken, serviceAccountName, serviceAccount
    case nodeName, runtimeClassName, os, hostAliases, securityContext, resources
    case initContainers, containers, ephemeralContainers, volumes

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `os`.
enum PodOSField: String, FieldName {
    case name

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a Pod template that are read.
enum PodTemplateField: String, FieldName {
    case metadata, spec

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension PodSpec: ManifestReadable {
    /// Reads a Pod's `spec`; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: PodSpecField.self) {
            switch field {
            case .hostNetwork: hostNetwork = try reader.readBool()
            case .hostPID: hostPID = try reader.readBool()
            case .hostIPC: hostIPC = try reader.readBool()
            case .hostUsers: hostUsers = try reader.readBool()
            case .automountServiceAccountToken: automountServiceAccountToken = try reader.readBool()
            case .serviceAccountName: serviceAccountName = try reader.readString()
            case .serviceAccount: serviceAccount = try reader.readString()
            case .nodeName: nodeName = try reader.readString()
            case .runtimeClassName: runtimeClassName = try reader.readString()
            case .os: osName = try Self.readOSName(from: &reader)
            case .hostAliases: hostAliasCount = try Self.countElements(from: &reader)
            case .securityContext: try securityContext.read(from: &reader)
            case .resources: try resources.read(from: &reader)
            case .initContainers: initContainers = try Self.readContainers(from: &reader)
            case .containers: containers = try Self.readContainers(from: &reader)
            case .ephemeralContainers: ephemeralContainers = try Self.readContainers(from: &reader)
            case .volumes: volumes = try Self.readVolumes(from: &reader)
            }
        }
    }

    /// Reads one list of containers.
    private static func readContainers<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [Container] {
        try reader.readArray { (reader) throws(DecodingFailure) in try Container(from: &reader) }
    }

    /// Reads the volumes.
    private static func readVolumes<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> [Volume]
    {
        try reader.readArray { (reader) throws(DecodingFailure) in try Volume(from: &reader) }
    }

    /// Reads `os.name`.
    private static func readOSName<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> String?
    {
        guard var object = try reader.beginObject() else { return nil }
        var name: String?
        while try reader.nextField(in: &object, of: PodOSField.self) != nil {
            name = try reader.readString()
        }
        return name
    }

    /// Counts the elements of an array; `nil` for null.
    private static func countElements<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> Int?
    {
        guard var array = try reader.beginArray() else { return nil }
        var count = 0
        while try reader.nextElement(in: &array) {
            _ = try reader.skipValue()
            count += 1
        }
        return count
    }
}

extension PodTemplateSpec: ManifestReadable {
    /// Reads a Pod template; null reads as empty.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: PodTemplateField.self) {
            switch field {
            case .metadata: try metadata.read(from: &reader)
            case .spec: try spec.read(from: &reader)
            }
        }
    }
}

extension PodSpec {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("hostNetwork", hostNetwork)
        json.member("hostPID", hostPID)
        json.member("hostIPC", hostIPC)
        json.member("hostUsers", hostUsers)
        json.member("automountServiceAccountToken", automountServiceAccountToken)
        json.member("serviceAccountName", serviceAccountName)
        json.member("serviceAccount", serviceAccount)
        json.member("nodeName", nodeName)
        json.member("runtimeClassName", runtimeClassName)
        if let osName { json.object("os") { $0.member("name", osName) } }
        if let hostAliasCount {
            json.key("hostAliases")
            json.beginArray()
            for _ in 0..<hostAliasCount { json.object { _ in } }
            json.endArray()
        }
        if securityContext != PodSecurityContext() { json.object("securityContext", securityContext.writeMembers) }
        resources.write(to: &json)
        json.objects("initContainers", initContainers) { $0.writeMembers(to: &$1) }
        json.objects("containers", containers) { $0.writeMembers(to: &$1) }
        json.objects("ephemeralContainers", ephemeralContainers) { $0.writeMembers(to: &$1) }
        json.objects("volumes", volumes) { $0.writeMembers(to: &$1) }
    }
}

extension PodTemplateSpec {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.object("metadata", metadata.writeMembers)
        json.object("spec", spec.writeMembers)
    }
}
