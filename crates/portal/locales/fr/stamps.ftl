stamps-title = Stamps et enregistrements
stamps-none = Aucun stamp pour l’instant. Enregistrez-en un.
stamps-count = { $count ->
    [one] Un stamp
   *[other] { $count } stamps
}
stamps-stamp = Stamp
stamps-state = État
stamps-registration = Enregistrement
stamps-default = Abonnement par défaut
stamps-model = Modèle de facturation
stamps-last = Dernière fenêtre
stamps-lag = Retard en heures
stamps-not-registered = Non enregistré
stamps-late = En retard
stamps-on-time = À l’heure
stamps-off = Ne rapporte pas
stamps-unregistered = Enregistrement terminé
stamps-reset = Réinitialisé : à réenregistrer
stamps-expired = Expiré : à réenregistrer
stamps-approved = Approuvé pour plusieurs locataires
stamps-not-approved = Attend l’approbation
stamps-none-yet = Aucun
stamps-register = Enregistrer un stamp
stamps-register-again = Enregistrer de nouveau
stamps-hours = Heures reçues
stamps-strip = Les trois derniers jours, heure par heure
stamps-hour-received = reçue, { $rows } lignes, révision { $revision }
stamps-hour-skipped = non demandée
stamps-hour-coming = à venir
stamps-hour-before = avant la première heure du stamp
stamps-hour-missing = manquante
stamps-gaps = Lacunes
stamps-no-gaps = Aucune : toutes les heures jusqu’à la prochaine demandée sont là.
stamps-span = Du { $from } au { $until } ({ $count ->
    [one] une heure
   *[other] { $count } heures
})
stamps-gap-missing = Manquante
stamps-skipped-reporting_off = Le rapport était désactivé
stamps-skipped-too_old = Trop ancienne lors du réenregistrement
stamps-more-gaps = { $count } autres
stamps-lag-hours = { $count ->
    [one] Une heure de retard
   *[other] { $count } heures de retard
}
stamps-next = Prochaine fenêtre demandée
stamps-cloud = Identifiant du cloud
stamps-region = Région
stamps-activated = Activation
stamps-no-key = Aucune clé d’activation n’a été demandée
stamps-key-given = Une clé d’activation a été donnée
stamps-name = Nom
stamps-since = Depuis
stamps-expires = Expire
stamps-never = Jamais
stamps-mapped = Locataires associés
stamps-mapped-count = { $count }
stamps-to-mappings = Clients et associations
stamps-locks = Verrous
stamps-no-lock = Aucun : l’enregistrement peut être supprimé et déplacé.
stamps-path = Identifiant de ressource
stamps-acts = Ce que vous pouvez faire
stamps-approve = Approuver pour plusieurs locataires
stamps-ask-approval = L’exploitant de la plateforme l’approuve : donnez-lui l’identifiant de ressource.
stamps-key = Montrer la clé d’activation
stamps-lock = Verrouiller contre la suppression
stamps-unlock = Retirer le verrou
stamps-lock-notes = Qui paie pour ce stamp
stamps-move = Déplacer l’enregistrement
stamps-move-what = Dès lors, le nouvel abonnement paie ce qui n’est pas associé. Les associations et l’approbation restent.
stamps-move-now = Déplacer
stamps-group = Groupe de ressources
stamps-bad-group = Ce n’est pas un nom de groupe de ressources.
stamps-register-title = Enregistrer un stamp
stamps-register-token = Sur le stamp, créez un jeton d’enregistrement : « tallybridge stamp token », ou New-RegistrationToken sur un Azure Stack Hub.
stamps-register-paste = Collez-le ici et choisissez l’abonnement qui paie tout ce qui n’est pas associé.
stamps-register-approve = L’exploitant de la plateforme approuve l’enregistrement ; dès lors, les abonnements des clients peuvent être ajoutés.
stamps-register-key = Donnez la clé d’activation au stamp et démarrez son pont.
stamps-token = Jeton d’enregistrement
stamps-may-not-register = Vous pouvez regarder, mais pas le faire : il faut ici le rôle Partner Administrator, et Owner ou le rôle d’enregistrement Azure Stack sur un abonnement du partenaire.
stamps-registered = { $name } est enregistré. Ensuite : l’approbation, puis la clé d’activation.
stamps-registered-again = { $name } est enregistré de nouveau.
stamps-approved-now = { $name } est approuvé pour plusieurs locataires.
stamps-key-title = Clé d’activation de { $name }
stamps-key-secret = La clé contient l’identifiant secret du pont du stamp. Ne la donnez à personne d’autre ; elle n’est montrée que sur cette page.
stamps-key-is = Clé d’activation
stamps-key-how = Sur le stamp : « tallybridge stamp activate », ou New-AzsActivationResource sur un Azure Stack Hub.
stamps-back = Retour au stamp
stamps-locked = { $name } est verrouillé contre la suppression.
stamps-unlocked = Les verrous de { $name } sont retirés.
stamps-locked-first = Retirez d’abord le verrou, puis déplacez-le.
stamps-moved = { $name } a été déplacé.
refusal-InvalidRegistrationToken = Le jeton d’enregistrement ne peut pas être lu.
refusal-RegistrationNotActive = L’enregistrement n’est pas actif.
refusal-KeyMissing = Le hub n’a pas de clé pour signer.
