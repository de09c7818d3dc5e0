import AdmissionPolicy
import Testing

struct ExemptionProblemTests {
    /// The lines of a policy whose `exempt` is on line 7.
    private static func problems(_ exempt: String) -> [String] {
        PolicyText.problems(PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\nexempt: " + exempt))
    }

    static let examples: [(exempt: String, problems: [String])] = [
        ("{}", []),
        ("{users: [\"jane@example.com\", \"CN=Jane\"], groups: [\"system:masters\", \"oidc:ops\"]}", []),
        ("{serviceAccounts: [\"backup:velero\"], runtimeClasses: [kata.v2, gvisor]}", []),
        ("[]", ["p.yaml:7:11: exempt must be an object, not an array"]),
        ("{user: [a]}", ["p.yaml:7:12: unknown field \"user\" in exempt; did you mean users?"]),
        ("{users: jane}", ["p.yaml:7:19: exempt.users must be an array, not a string"]),
        ("{users: [7]}", ["p.yaml:7:20: exempt.users[0] must be a string, not a number; put it in quotes"]),
        ("{groups: [ops, ops]}", ["p.yaml:7:26: duplicate \"ops\" in exempt.groups, first at 7:21"]),
        (
            "{users: [\"\", \"a b\", \"a\\tb\", \"jane\\u200b\"]}",
            [
                "p.yaml:7:20: invalid name \"\" in exempt.users: must not be empty or contain blanks or control characters",
                "p.yaml:7:24: invalid name \"a b\" in exempt.users: must not be empty or contain blanks or control characters",
                "p.yaml:7:31: invalid name \"a\\u{9}b\" in exempt.users: must not be empty or contain blanks or control characters",
                "p.yaml:7:39: invalid name \"jane\\u{200B}\" in exempt.users: must not be empty or contain blanks or control characters",
            ]
        ),
        ("{users: [\"jane*\"]}", ["p.yaml:7:20: \"jane*\" in exempt.users is a pattern; list each name"]),
        ("{groups: [\"team-?\"]}", ["p.yaml:7:21: \"team-?\" in exempt.groups is a pattern; list each name"]),
        (
            "{serviceAccounts: [velero, \"backup:velero:x\", \"Backup:velero\", \":velero\"]}",
            [
                "p.yaml:7:30: invalid service account \"velero\" in exempt.serviceAccounts; use namespace:name",
                "p.yaml:7:38: invalid service account \"backup:velero:x\" in exempt.serviceAccounts; use namespace:name",
                "p.yaml:7:57: invalid service account \"Backup:velero\" in exempt.serviceAccounts; use namespace:name",
                "p.yaml:7:74: invalid service account \":velero\" in exempt.serviceAccounts; use namespace:name",
            ]
        ),
        (
            "{serviceAccounts: [\"system:serviceaccount:backup:velero\"]}",
            [
                "p.yaml:7:30: invalid service account \"system:serviceaccount:backup:velero\" in exempt.serviceAccounts; use namespace:name; "
                    + "did you mean backup:velero?"
            ]
        ),
        (
            "{runtimeClasses: [Kata]}",
            ["p.yaml:7:29: invalid name \"Kata\" in exempt.runtimeClasses: must be a lowercase DNS name"]
        ),
    ]

    @Test(arguments: examples) func `Errors in an exemption are reported at their places`(exempt: String, problems: [String]) {
        #expect(Self.problems(exempt) == problems)
    }

    @Test(arguments: [
        ("groups", "system:authenticated"), ("groups", "system:unauthenticated"), ("groups", "system:serviceaccounts"),
        ("groups", "system:serviceaccounts:kube-system"), ("groups", "system:nodes"), ("users", "system:nodes"),
        ("users", "system:anonymous"), ("users", "system:kube-controller-manager"), ("users", "system:node:worker-1"),
        ("users", "system:serviceaccount:kube-system:replicaset-controller"), ("users", "system:authenticated"),
        ("users", "system:serviceaccount:kube-system:daemon-set-controller"),
        ("serviceAccounts", "kube-system:replicaset-controller"), ("serviceAccounts", "kube-system:job-controller"),
        ("serviceAccounts", "kube-system:deployment-controller"), ("serviceAccounts", "kube-system:cronjob-controller"),
        ("serviceAccounts", "kube-system:statefulset-controller"), ("serviceAccounts", "kube-system:replication-controller"),
        // In other spellings they would match nobody, or everyone if patterns were allowed.
        ("groups", "System:Authenticated"), ("groups", " system:authenticated"), ("groups", "system:auth*"), ("groups", "*"),
        ("users", "system:serviceaccount:kube-system:*"), ("users", "system:serviceaccount:*"), ("users", "*"),
        ("serviceAccounts", "kube-system:*"), ("serviceAccounts", "*:replicaset-controller"), ("serviceAccounts", "*"),
        ("serviceAccounts", "system:serviceaccount:kube-system:job-controller"), ("runtimeClasses", "*"), ("runtimeClasses", "**"),
        ("groups", "SYSTEM:NODES"), ("serviceAccounts", "system:serviceaccounts"),
    ])
    func `Nobody can exempt everyone who can create a Deployment`(field: String, entry: String) {
        let line = "\"\(entry)\" in exempt.\(field) would exempt everyone who can create a Deployment; list only those whom you trust"
        #expect(Self.problems("{\(field): [\"\(entry)\"]}") == ["p.yaml:7:\(15 + field.count): \(line)"])
    }

    @Test(arguments: [
        ("groups", "system:serviceaccounts:backup"), ("users", "system:serviceaccount:backup:replicaset-controller"),
        ("serviceAccounts", "kube-system:velero"), ("users", "authenticated"), ("groups", "nodes"), ("runtimeClasses", "system"),
    ])
    func `Single users and accounts can be exempt`(field: String, entry: String) {
        #expect(Self.problems("{\(field): [\"\(entry)\"]}").isEmpty)
    }

    @Test func `Exemptions are read as written`() throws {
        let exempt = "exempt: {users: [jane], groups: [ops], serviceAccounts: [\"backup:velero\"], runtimeClasses: [kata]}"
        let text = PolicyText.policy("match: {namespaces: [a]}\nwarn: {minimumScore: 1}\n" + exempt)
        let exemptions = try PolicyText.read(files: [("p.yaml", text)]).policies.first?.exempt
        #expect(exemptions?.users == ["jane"])
        #expect(exemptions?.groups == ["ops"])
        #expect(exemptions?.serviceAccounts == ["backup:velero"])
        #expect(exemptions?.runtimeClasses == ["kata"])
    }
}
