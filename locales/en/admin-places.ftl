# Organizations, groups, settings: pages of the administrators.

places-organizations = Organizations
places-organization = Organization
places-organizations-search = Name, or short name
places-organizations-search-help = Any part of it is enough, with or without accents.
places-organizations-none-title = No organization yet
places-organizations-none = An organization brings together people and the services that they use. Make the first one, then name a referent, who will invite the others.
places-organizations-not-found = No organization matches “{ $text }”
places-organizations-try = Try another part of its name.
places-new-organization = New organization
places-slug = Short name
places-members = Members
places-unattended = No referent

# An organization: to make it, to change it.
places-organization-name = Name of the organization
places-organization-contact = Contact (optional)
places-organization-contact-help = Whom to turn to: an e-mail address, a name, a telephone number.
places-slug-help = In addresses, and for services: lower-case letters without accents, digits and hyphens. It never changes.
places-slug-wrong = Write it with lower-case letters without accents, digits, and hyphens in between; 63 characters at most.
places-slug-taken = Choose another one: an organization or a group is already called that.
places-name-empty = Give it a name.
places-line-wrong = Write a single line, of a hundred characters at most.
places-name-taken = Another organization has a name that people would take for this one. Change it, or tick the box to keep it.
places-despite = Keep this name all the same
places-organization-create = Make the organization
places-contact = Contact
places-organization-pages = Open its pages
places-edit = Change name or contact
places-edit-title = Change “{ $organization }”
places-edit-now = What is there now: “{ $name }”, contact: { $contact }.
places-disable = Switch the organization off
places-disable-title = Switch “{ $organization }” off?
places-disable-effect = Its members lose its services right now, its referents can look but not change anything, and invitations that are waiting can’t be accepted. Nothing is deleted: it can be switched on again.
places-enable = Switch the organization on
places-enable-title = Switch “{ $organization }” on again?
places-enable-effect = Its members get its services back, as they were.

# Who looks after it.
places-referents = Referents
places-referents-none-title = Nobody looks after this organization
places-referents-none = Name a referent, who invites the members and gives them access to services.
places-referent-submit = Name a referent
places-referent-title = Name a referent for “{ $organization }”
places-referent-intro = A member becomes referent right away. Anybody else gets an invitation, and becomes referent by accepting it.
places-referent-unknown = No account is called that: to invite somebody who has none, write a whole address.
places-login = Username or e-mail address
places-login-unknown = No account is called that.
places-login-unproven = This account is off, or its address is not confirmed: it cannot be given this power. Check that it is the right person.
places-invitations = Its invitations
places-dismiss = Take this role back
places-dismiss-title = Should { $name } no longer look after “{ $organization }”?
places-dismiss-effect = { $name } stays a member, with the same services.
places-dismiss-last = Nobody else looks after “{ $organization }”: name somebody soon.

# Its services.
places-services = Services
places-services-none-title = No service yet
places-services-none = Attach the services that its members use.
places-service-all = Open to all its members
places-service-given = Open to the members who are given access
places-service-shared = { $count ->
        [0] For this organization alone
        [one] Shared with one other organization
       *[other] Shared with { $count } other organizations
    }
places-service-change = Change who has access
places-attach = Attach a service
places-attach-title = Attach a service to “{ $organization }”
places-attach-help = A service that others have already will be shared.
places-attach-used = { $count ->
        [one] attached to { $count } organization
       *[other] attached to { $count } organizations
    }
places-attach-none = There is no service to attach: it has all of them.
places-attach-who = Who will have access
places-attach-all = All its members
places-attach-given = The members whom its referents give access
places-mode-title = Who has access to “{ $service }”?
places-detach = Detach
places-detach-title = Detach “{ $service }” from “{ $organization }”?
places-detach-effect = Members who have access to “{ $service }” only through it lose it right now. The access and the roles given there are forgotten.

# What was just done.
places-done-created = The organization is made. Now name a referent, and attach its services.
places-done-edited = It is changed.
places-done-already = They look after it already.
places-done-named = Done: they look after it from now on.
places-done-invited = An invitation is on its way: they will look after it once they accept it.
places-done-dismissed = Done: they are a member, and no more.
places-done-attached = Done: the service is open as you said.
places-done-detached = The service is detached.
places-done-disabled = The organization is switched off.
places-done-enabled = The organization is switched on.
places-refused-off = The organization is switched off: switch it on first.

# Groups.
places-groups = Groups
places-group = Group
places-groups-all = All groups
places-groups-intro = A group brings together people of the whole instance, and opens services to them. Services can read its name.
places-groups-none-title = No group yet
places-groups-none = Make one to open a service to a few people, without an organization.
places-group-built-in = Built in
places-group-demanded = Two steps demanded
places-group-free = Everybody’s own choice
places-new-group = New group
places-new-group-intro = A group named “auditors” is of those who see everything here and change nothing.
places-group-name = Name of the group
places-group-help = Lower-case letters without accents, digits, dots, hyphens and underscores.
places-group-wrong = Begin with a letter or a digit, then lower-case letters without accents, digits and . _ - ; 63 characters at most. The name “admin” is reserved.
places-group-reserved = Choose another one: that name would open the administration to the whole group.
places-group-taken = Choose another one: a group or an organization is already called that.
places-group-create = Make the group
places-group-created = The group is made. Nobody is in it yet.
places-group-removed = The group is removed.
places-group-opens = What it opens
places-group-opens-none = No service lets this group in so far.
places-group-admins = Its members administer the whole instance.
places-group-auditors = Its members see all of the administration, and change nothing.
places-group-services = Services that let it in: { $services }.
places-group-count = { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
places-group-search = Name, username or address
places-group-try = Try another part of the name or of the address.
places-group-empty-title = Nobody is in it
places-group-empty = Add somebody by their username or e-mail address.
places-group-add = Add somebody
places-group-add-title = Add somebody to “{ $group }”
places-group-added = Done: they are in it.
places-group-remove = Take out
places-group-remove-title = Take { $name } out of “{ $group }”?
places-group-remove-effect = What only this group opens to them is closed right now.
places-group-taken-out = Done: they are not in it any more.
places-group-rename = Rename the group
places-group-rename-title = Rename “{ $group }”
places-group-rename-effect = What it opens stays open. A service that makes use of its name must be set up again: it will read the new one.
places-group-renamed = The group is renamed.
places-group-delete = Remove the group
places-group-delete-title = Remove “{ $group }”?
places-group-delete-effect = { $count ->
        [0] Nobody is in it.
        [one] { $count } person is in it. They lose right now what only this group opens to them; their account stays.
       *[other] { $count } people are in it. They lose right now what only this group opens to them; their accounts stay.
    }
places-group-delete-steps = Two-step sign-in will not be demanded of them by this group any more.
places-group-demand = Demand two-step sign-in
places-group-demand-title = Demand two-step sign-in of “{ $group }”?
places-group-demand-effect = Whoever has not set it up yet must do so at their next visit, before anything else.
places-group-demand-done = Two-step sign-in is demanded from now on.
places-group-relax = No longer demand two-step sign-in
places-group-relax-title = No longer demand two-step sign-in of “{ $group }”?
places-group-relax-effect = The password alone will be enough for whoever chooses so.
places-group-relax-done = This group no longer demands two-step sign-in.

# Settings.
places-settings = Settings
places-settings-intro = They are read at start, from the file and the environment of the server: change them there, then restart. To check before:
places-theme-texts = Texts of the theme that aren’t shown
places-theme-texts-intro = Those of Loquet are shown in their place. Correct the files, then restart the server; this command checks them first:
places-setting = Setting
places-setting-value = Value
places-setting-origin = Where it comes from
places-setting-default = default
places-setting-secret = secret, not shown
places-setting-unset = not set
places-setting-empty = none
places-setting-blank = blank
