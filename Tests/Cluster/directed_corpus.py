"""Directed requests about all exported policies: a share is compared with Podscore in every run, and changed expressions are tried with all of them."""

from directed_requests import Stored, creations, exact_creations, lengths
from exported_requests import each_in_threads

# Each Namespace gets one in so many of the creations for all, others than its neighbours, and one in so many of those that are made for it alone.
CREATIONS, DEDICATED = 12, 4


class Corpus:
    """The directed requests of some policies, and the objects that they change."""

    def __init__(self, cluster, policies):
        self.api, self.policies = cluster.api, policies
        self.stored = {policy.name: Stored(cluster.api, policy.namespace) for policy in policies}
        first = policies[0].namespace
        self.creations = self.valid(creations(first), "creations")
        self.lengths = lengths(first)
        self.summary = ""

    def valid(self, cases, name):
        """The valid cases, with what the API server would store. Few are not."""
        kept = each_in_threads(lambda case: case.record(self.api), cases)
        invalid = [case for case, is_valid in zip(cases, kept) if not is_valid]
        assert len(invalid) <= len(cases) / 4, f"{len(invalid)} of {len(cases)} {name} were invalid: {invalid}"
        return [case for case, is_valid in zip(cases, kept) if is_valid]

    def share(self):
        """The requests that are compared with Podscore."""
        namespaces = [name for policy in self.policies for name in policy.labels]
        created = [case.moved(name) for number, name in enumerate(namespaces) for case in self.creations[number % CREATIONS :: CREATIONS]]
        updates = [case for number, stored in enumerate(self.stored.values()) for case in stored.cases()[number % DEDICATED :: DEDICATED]]
        updates = self.valid(updates, "updates")
        exact = [exact_creations(policy, policy.namespace + end) for policy in self.policies for end in ("", "-less")]
        created += self.valid([case for number, cases in enumerate(exact) for case in cases[number % DEDICATED :: DEDICATED]], "Pods with exactly the minimum")
        self.summary = f"{len(created)} directed creations and {len(updates)} directed updates"
        return created + updates

    def requests(self, name, cases):
        """All requests of a policy: the directed ones, and random ones. The first ones notice the most changes."""
        policy = next(each for each in self.policies if each.name == name)
        own, best, over, less = policy.labels
        directed = [case.moved(name) for name in (best, own) for case in self.creations] + [case.moved(over) for case in self.creations[::3]]
        others = [case for case in cases if case.namespace == own] + [case.moved(own) for case in cases if case.old is None and case.namespace != own]
        exact = [case for name in (less, own) for case in exact_creations(policy, name)]
        return exact + directed + self.stored[policy.name].cases() + [case.moved(best) for case in self.lengths] + others

    def release(self):
        """Lets all Namespaces be deleted."""
        for each in self.stored.values():
            each.release()
