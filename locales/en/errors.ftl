# Pages for when something went wrong: plain words, and what to do.

error-back = Go to the home page
error-reference = If you write to us, quote this reference:

error-bad-request-title = We couldn’t understand this request
error-bad-request-message = The address or the form arrived damaged. Go back to the previous page and try again.

# A service sent the person here in a way that we can't trust.
error-service-title = This service can’t sign you in
error-service-message = It sent you here with a request that we can’t follow without risk for your account. Tell the person who looks after it: there’s nothing to do on your side.

error-forbidden-title = To be safe, we did nothing
error-forbidden-message = This form came from another page, or from one that had been open for too long. Reload the page and try again.

error-not-found-title = There’s no page here
error-not-found-message = The address may be incomplete, or the page may have moved. Check the address, or start from the home page.

error-method-title = This page doesn’t open that way
error-method-message = It’s one of several steps. Start from the home page, or from the service you wanted to open.

error-too-large-title = That’s too long for us
error-too-large-message = What was sent is more than this page can receive. Shorten it and try again.

error-too-many-title = One moment, please
error-too-many-message = Too many requests came at once. Wait a minute, then try again.

error-internal-title = Something broke on our side
error-internal-message = It’s nothing you did, and the incident is on record. Try again in a few minutes.

error-unavailable-title = We’ll be right back
error-unavailable-message = The service can’t be reached for now. Your account and your data are safe. Try again in a few minutes.

error-expired-title = This page is no longer valid
error-expired-message = It was open for too long, or was already used. Go back to the service you wanted to open and start again.

error-link-title = This link no longer works
error-link-message = It has already been used, or it’s too old. Ask for a new one where you asked for this one.

error-link-other-title = This link is about another account
error-link-other-message = It is not about the account that is open in this browser. Sign out first, then open the link again.

# Small print, for whoever sets the service up.
hint-intro = For the person who sets up this service:
hint-unknown-client = the identifier sent (client_id) isn’t known here. Compare it, letter by letter, with the one you were given.
hint-redirect-uri-not-registered = the return address (redirect_uri) isn’t registered for this service. It must be identical to the character: scheme, trailing slash, parameters.
hint-pushed-request-over = the reference (request_uri) has been used, is over a minute old, or belongs to another service. Push a new request to /par.
hint-redirect-uri-missing = the request has no return address (redirect_uri). It’s required, even when only one is registered.
hint-duplicate-parameter = a parameter appears twice in the request. Each may be there only once.
hint-invalid-text = the request contains unreadable text: invalid UTF-8 or a control character.

error-again-title = Confirm it’s you
error-again-message = You signed in a while ago, so we haven’t changed anything yet. Sign in again, then retry.
