/// Texts about what else must change that several rules share.
enum Adjustments {
    /// A process that is not root uses other ports.
    static let unprivilegedPorts = """
        Let the program listen on a port above 1023, such as 8080: many nodes reserve lower ones for root. Clients keep theirs if the Service \
        sets `targetPort: 8080`.
        """
    /// The image belongs to another user or group.
    static let readableFiles = """
        The program must be able to read its files and to write to its directories: give them to the new user and group, as with \
        `COPY --chown=10001:10001` in the Dockerfile.
        """
    /// Volumes belong to another user or group.
    static let writableVolumes = "For writable volumes, set `securityContext.fsGroup: 10001` in the Pod."
    /// The image names the user of the program.
    static let userOtherThanRoot = [
        """
        The image must name its user by number, such as `USER 10001`. The kubelet does not start a container whose user is root or only a \
        name, unless the manifest sets runAsUser.
        """,
        readableFiles,
        writableVolumes,
        unprivilegedPorts,
    ]
    /// The manifest names the user of the program.
    static let userOfManifest = [
        readableFiles,
        writableVolumes,
        unprivilegedPorts,
        "A program that looks up the name of its user needs an entry for the number in /etc/passwd of the image.",
    ]
    /// A process gets no capability.
    static let droppedCapabilities = [
        """
        A program that starts as root and then changes its user or the owners of files, as many servers and databases do, fails: start it \
        as its final user, or add back exactly the capabilities that it needs.
        """,
        unprivilegedPorts,
    ]
    /// The claims of a StatefulSet change.
    static let newClaims = """
        The claims of an existing StatefulSet cannot be changed: delete it with --cascade=orphan and create it again.
        """
}
