/// The fields of a volume: its name and every kind of source in `core/v1` of Kubernetes 1.36.
enum VolumeField: String, FieldName {
    case name, hostPath, emptyDir, configMap, secret, projected, downwardAPI, csi, ephemeral, persistentVolumeClaim
    case awsElasticBlockStore, azureDisk, azureFile, cephfs, cinder, fc, flexVolume, flocker, gcePersistentDisk, gitRepo, glusterfs
    case image, iscsi, nfs, photonPersistentDisk, portworxVolume, quobyte, rbd, scaleIO, storageos, vsphereVolume

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a `hostPath` source that are read.
enum HostPathField: String, FieldName {
    case path

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of a `projected` source that are read.
enum ProjectedField: String, FieldName {
    case sources

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

/// The fields of one projection that are read.
enum ProjectionField: String, FieldName {
    case serviceAccountToken

    /// Finds these fields by their names.
    static let table = FieldTable<Self>()
}

extension Volume: ManifestReadable {
    /// Reads one volume; null reads as a volume without a source.
    mutating func read<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure) {
        let start = reader.mark()
        var nameMark: Reader.Mark?
        guard var object = try reader.beginObject() else { return }
        while let field = try reader.nextField(in: &object, of: VolumeField.self) {
            switch field {
            case .name:
                nameMark = reader.mark()
                _ = try reader.skipValue()
            case .hostPath:
                if try readHostPath(from: &reader) { sources.insert(.hostPath) }
            case .projected:
                if try readProjections(from: &reader) { sources.insert(.projected) }
            default:
                if try reader.skipValue() { sources.insert(VolumeSources(field)) }
            }
        }
        let end = reader.mark()
        if sources.isEmpty {
            reader.rewind(to: start)
            // Reads the volume again: a member besides the name that is not null is a source of an unknown kind.
            hasUnknownSource = try reader.hasMember(besides: VolumeField.name.rawValue)
        }
        if isNameKept, let nameMark {
            reader.rewind(to: nameMark)
            name = try reader.readString() ?? ""
        }
        reader.rewind(to: end)
    }

    /// Reads the path of a `hostPath` source; `false` for null.
    private mutating func readHostPath<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader) throws(DecodingFailure)
        -> Bool
    {
        guard var object = try reader.beginObject() else { return false }
        while try reader.nextField(in: &object, of: HostPathField.self) != nil {
            hostPath = try reader.readString()
        }
        return true
    }

    /// Looks for a service account token among the projections of a `projected` source; `false` for null.
    private mutating func readProjections<Reader: ManifestReader & ~Copyable & ~Escapable>(from reader: inout Reader)
        throws(DecodingFailure) -> Bool
    {
        guard var object = try reader.beginObject() else { return false }
        while try reader.nextField(in: &object, of: ProjectedField.self) != nil {
            guard var array = try reader.beginArray() else { continue }
            while try reader.nextElement(in: &array) {
                guard var projection = try reader.beginObject() else { continue }
                while try reader.nextField(in: &projection, of: ProjectionField.self) != nil {
                    if try reader.skipValue() { projectsServiceAccountToken = true }
                }
            }
        }
        return true
    }
}

extension Volume {
    /// Writes the members.
    func writeMembers(to json: inout JSONWriter) {
        json.nonempty("name", name)
        for source in sources.names {
            json.object(source) { json in
                if source == VolumeField.hostPath.rawValue { json.member("path", hostPath) }
                guard source == VolumeField.projected.rawValue, projectsServiceAccountToken else { return }
                json.objects("sources", [()]) { _, json in json.object("serviceAccountToken") { _ in } }
            }
        }
        if hasUnknownSource { json.object("unknownSource") { _ in } }
    }
}
