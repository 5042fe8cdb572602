# Pages for when something went wrong: plain words, and what to do.

error-back = Revenir à l’accueil
error-reference = Si vous nous écrivez, indiquez cette référence :

error-bad-request-title = Nous n’avons pas compris cette demande
error-bad-request-message = L’adresse ou le formulaire est arrivé abîmé. Revenez à la page précédente et réessayez.

# A service sent the person here in a way that we can't trust.
error-service-title = Ce service ne peut pas vous connecter
error-service-message = Il vous a envoyé ici avec une demande que nous ne pouvons pas suivre sans risque pour votre compte. Signalez-le à la personne qui s’en occupe : de votre côté, il n’y a rien à faire.

error-forbidden-title = Par sécurité, nous n’avons rien fait
error-forbidden-message = Ce formulaire venait d’une autre page, ou d’une page ouverte depuis trop longtemps. Rechargez la page et réessayez.

error-not-found-title = Il n’y a pas de page ici
error-not-found-message = L’adresse est peut-être incomplète, ou la page a changé de place. Vérifiez l’adresse, ou repartez de l’accueil.

error-method-title = Cette page ne s’ouvre pas ainsi
error-method-message = Elle fait partie d’une suite d’étapes. Repartez de l’accueil ou du service que vous vouliez ouvrir.

error-too-large-title = C’est trop long pour nous
error-too-large-message = Ce qui a été envoyé dépasse ce que cette page peut recevoir. Raccourcissez-le et réessayez.

error-too-many-title = Un instant, s’il vous plaît
error-too-many-message = Trop de demandes sont arrivées d’un coup. Attendez une minute, puis réessayez.

error-internal-title = Quelque chose s’est cassé chez nous
error-internal-message = Ce n’est pas de votre fait, et l’incident est noté. Réessayez dans quelques minutes.

error-unavailable-title = Nous revenons très vite
error-unavailable-message = Le service est momentanément indisponible. Votre compte et vos données sont en sécurité. Réessayez dans quelques minutes.

error-expired-title = Cette page n’est plus valable
error-expired-message = Elle est restée ouverte trop longtemps, ou elle a déjà servi. Retournez au service que vous vouliez ouvrir et recommencez.

error-link-title = Ce lien ne fonctionne plus
error-link-message = Il a déjà servi, ou il est trop ancien. Demandez-en un nouveau là où vous aviez demandé celui-ci.

error-link-other-title = Ce lien concerne un autre compte
error-link-other-message = Il ne vient pas du compte ouvert dans ce navigateur. Déconnectez-vous d’abord, puis ouvrez le lien à nouveau.

# Small print, for whoever sets the service up.
hint-intro = Pour la personne qui configure ce service :
hint-unknown-client = l’identifiant envoyé (client_id) n’est pas connu ici. Comparez-le, lettre à lettre, avec celui qui vous a été remis.
hint-redirect-uri-not-registered = l’adresse de retour (redirect_uri) n’est pas enregistrée pour ce service. Elle doit être identique au caractère près : protocole, barre finale, paramètres.
hint-pushed-request-over = la référence (request_uri) a déjà servi, date de plus d’une minute ou appartient à un autre service. Envoyez une nouvelle demande à /par.
hint-redirect-uri-missing = la demande ne contient pas d’adresse de retour (redirect_uri). Elle est obligatoire, même si une seule est enregistrée.
hint-duplicate-parameter = un paramètre figure deux fois dans la demande. Chacun ne peut y être qu’une fois.
hint-invalid-text = la demande contient du texte illisible : UTF-8 invalide ou caractère de contrôle.

error-again-title = Confirmez que c’est bien vous
error-again-message = Votre dernière connexion date un peu : nous n’avons encore rien changé. Connectez-vous à nouveau, puis recommencez.
