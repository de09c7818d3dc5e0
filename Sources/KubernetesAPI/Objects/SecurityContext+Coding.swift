/// The fields of a container's or a Pod's `securityContext` that are read.
enum SecurityContextField: String, FieldName {
    case privileged, allowPrivilegeEscalation, readOnlyRootFilesystem, runAsNonRoot, runAsUser, runAsGroup, capabilities
    case seccompProfile, appArmorProfile, seLinuxOptions, procMount, windowsOptions

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a Pod's `securityContext` that are read.
enum PodSecurityContextField: String, FieldName {
    case runAsNonRoot, runAsUser, runAsGroup, seccompProfile, appArmorProfile, seLinuxOptions, sysctls, windowsOptions

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `capabilities`.
enum CapabilitiesField: String, FieldName {
    case add, drop

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a seccomp or AppArmor profile.
enum SecurityProfileField: String, FieldName {
    case type, localhostProfile

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `seLinuxOptions` that are read.
enum SELinuxOptionsField: String, FieldName {
    case type, user, role

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of `windowsOptions` that are read.
enum WindowsOptionsField: String, FieldName {
    case hostProcess, runAsUserName

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a sysctl that are read.
enum SysctlField: String, FieldName {
    case name

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension SecurityContext: ManifestReadable {
    /// Reads a container's `securityContext`; null reads as unset.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        var settings: RareSecuritySettings?
        while let field = try reader.nextField(in: &object, of: SecurityContextField.self) {
            switch field {
            case .privileged: privileged = try reader.readBool()
            case .allowPrivilegeEscalation: allowPrivilegeEscalation = try reader.readBool()
            case .readOnlyRootFilesystem: readOnlyRootFilesystem = try reader.readBool()
            case .runAsNonRoot: runAsNonRoot = try reader.readBool()
            case .runAsUser: runAsUser = try reader.readInteger()
            case .runAsGroup: runAsGroup = try reader.readInteger()
            case .capabilities: try capabilities.read(from: &reader)
            case .seccompProfile: try seccompProfile.read(from: &reader)
            case .appArmorProfile: try appArmorProfile.read(from: &reader)
            case .seLinuxOptions, .procMount, .windowsOptions:
                var value = settings.take() ?? RareSecuritySettings()
                try value.read(field, from: &reader)
                settings = value
            }
        }
        guard let settings else { return }
        try reader.keep(RareSecuritySettingsBox.byteCount)
        setRare(settings)
    }
}

extension RareSecuritySettings {
    /// Reads a field that few containers set.
    fileprivate mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(
        _ field: SecurityContextField,
        from reader: inout Reader
    ) throws(DecodingFailure) {
        switch field {
        case .seLinuxOptions: seLinuxOptions = try SELinuxOptions.read(from: &reader)
        case .procMount: procMount = try reader.readString()
        case .windowsOptions: try windowsOptions.read(from: &reader)
        case .privileged, .allowPrivilegeEscalation, .readOnlyRootFilesystem, .runAsNonRoot, .runAsUser, .runAsGroup, .capabilities,
            .seccompProfile, .appArmorProfile:
            _ = try reader.skipValue()
        }
    }
}

extension PodSecurityContext: ManifestReadable {
    /// Reads a Pod's `securityContext`; null reads as unset.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: PodSecurityContextField.self) {
            switch field {
            case .runAsNonRoot: runAsNonRoot = try reader.readBool()
            case .runAsUser: runAsUser = try reader.readInteger()
            case .runAsGroup: runAsGroup = try reader.readInteger()
            case .seccompProfile: try seccompProfile.read(from: &reader)
            case .appArmorProfile: try appArmorProfile.read(from: &reader)
            case .seLinuxOptions: seLinuxOptions = try SELinuxOptions.read(from: &reader)
            case .sysctls: sysctls = try Self.readSysctlNames(from: &reader)
            case .windowsOptions: try windowsOptions.read(from: &reader)
            }
        }
    }

    /// Reads the names of the sysctls; a sysctl without a name reads as the empty name, which no standard allows.
    private static func readSysctlNames<Reader: ManifestReader & ~Copyable & ~Escapable>(
        from reader: inout Reader
    ) throws(DecodingFailure) -> [String] {
        guard var array = try reader.beginArray() else { return [] }
        var names: [String] = []
        while try reader.nextElement(in: &array) {
            try reader.makeRoom(in: &names)
            var name = ""
            if var object = try reader.beginObject() {
                while try reader.nextField(in: &object, of: SysctlField.self) != nil {
                    name = try reader.readString() ?? ""
                }
            }
            names.append(name)
        }
        return names
    }
}

extension Capabilities: ManifestReadable {
    /// Reads `capabilities`; null reads as unset.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: CapabilitiesField.self) {
            switch field {
            case .add:
                add = try reader.readStringsAndNulls()?.strings
            case .drop:
                let list = try reader.readStringsAndNulls()
                drop = list?.strings
                dropsNull = list?.hasNull ?? false
            }
        }
    }
}

extension SecurityProfile: ManifestReadable {
    /// Reads a profile; null reads as unset.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: SecurityProfileField.self) {
            switch field {
            case .type: type = try reader.readString()
            case .localhostProfile: localhostProfile = try reader.readString()
            }
        }
        lacksType = type == nil
    }
}

extension SELinuxOptions {
    /// Reads `seLinuxOptions`; `nil` for null.
    static func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) -> Self? {
        guard var object = try reader.beginObject() else { return nil }
        var options = Self()
        while let field = try reader.nextField(in: &object, of: SELinuxOptionsField.self) {
            switch field {
            case .type: options.type = try reader.readString()
            case .user: options.user = try reader.readString()
            case .role: options.role = try reader.readString()
            }
        }
        return options
    }
}

extension WindowsOptions: ManifestReadable {
    /// Reads `windowsOptions`; null reads as unset.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: WindowsOptionsField.self) {
            switch field {
            case .hostProcess: hostProcess = try reader.readBool()
            case .runAsUserName: runAsUserName = try reader.readString()
            }
        }
    }
}

extension SecurityContext {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("privileged", privileged)
        json.member("allowPrivilegeEscalation", allowPrivilegeEscalation)
        json.member("readOnlyRootFilesystem", readOnlyRootFilesystem)
        json.member("runAsNonRoot", runAsNonRoot)
        json.member("runAsUser", runAsUser.map { Int($0) })
        json.member("runAsGroup", runAsGroup.map { Int($0) })
        capabilities.write(to: &json)
        seccompProfile.write(named: "seccompProfile", to: &json)
        appArmorProfile.write(named: "appArmorProfile", to: &json)
        seLinuxOptions?.write(to: &json)
        json.member("procMount", procMount)
        windowsOptions.write(to: &json)
    }
}

extension PodSecurityContext {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.member("runAsNonRoot", runAsNonRoot)
        json.member("runAsUser", runAsUser.map { Int($0) })
        json.member("runAsGroup", runAsGroup.map { Int($0) })
        seccompProfile.write(named: "seccompProfile", to: &json)
        appArmorProfile.write(named: "appArmorProfile", to: &json)
        seLinuxOptions?.write(to: &json)
        json.objects("sysctls", sysctls) { name, json in json.nonempty("name", name) }
        windowsOptions.write(to: &json)
    }
}

extension Capabilities {
    /// Writes the member `capabilities`; nothing if it would be empty.
    fileprivate func write(to json: inout JSONWriter) {
        guard add != nil || drop != nil else { return }
        json.object("capabilities") { json in
            json.member("add", add)
            guard let drop else { return }
            json.key("drop")
            json.beginArray()
            var owesNull = dropsNull
            for name in drop {
                // A null reads as the empty name; one null stands for all of them.
                if owesNull, name.isEmpty {
                    json.writeNull()
                    owesNull = false
                } else {
                    json.write(name)
                }
            }
            json.endArray()
        }
    }
}

extension SecurityProfile {
    /// Writes a profile under a key; nothing if it is unset.
    fileprivate func write(named name: String, to json: inout JSONWriter) {
        guard self != SecurityProfile() else { return }
        json.object(name) { json in
            json.member("type", type)
            json.member("localhostProfile", localhostProfile)
        }
    }
}

extension SELinuxOptions {
    /// Writes the member `seLinuxOptions`.
    fileprivate func write(to json: inout JSONWriter) {
        json.object("seLinuxOptions") { json in
            json.member("type", type)
            json.member("user", user)
            json.member("role", role)
        }
    }
}

extension WindowsOptions {
    /// Writes the member `windowsOptions`; nothing if it would be empty.
    fileprivate func write(to json: inout JSONWriter) {
        guard self != WindowsOptions() else { return }
        json.object("windowsOptions") { json in
            json.member("hostProcess", hostProcess)
            json.member("runAsUserName", runAsUserName)
        }
    }
}
