invoices-title = Factures
invoices-reseller = Ce partenaire est un revendeur indirect : son fournisseur est facturé à sa place, il n’a donc pas de documents à lui.
invoices-no-price-list = Ce partenaire n’a pas de liste de prix, rien ne peut donc être facturé. Demandez à l’exploitant du hub de lui en attribuer une.
invoices-waiting = Mois à clôturer
invoices-waiting-none = Aucun mois n’attend d’être clôturé.
invoices-state = État
invoices-due = Pas encore facturé
invoices-what-next = Que faire
invoices-more-due = il reste quelque chose à facturer
invoices-late-usage = de la consommation tardive peut encore arriver
invoices-until = jusqu’au { $hour }
invoices-to-close = à clôturer
invoices-look-and-close = Vérifier et clôturer { $month }
invoices-preview-open = Voir ce que serait maintenant le document de { $month }
invoices-documents = Documents
invoices-none = Aucun document n’a encore été émis.
invoices-number = Numéro
invoices-kind = Nature
invoices-invoice = Facture
invoices-credit-note = Avoir
invoices-issued = Émis
invoices-lines = Lignes
invoices-line = Ligne
invoices-adjustments = Ajustements
invoices-adjustment = ajustement
invoices-total = Total
invoices-amount = Montant
invoices-partner = Partenaire
invoices-hash = Empreinte (SHA-256)
invoices-files = Fichiers
invoices-file-pdf = Document à imprimer (PDF)
invoices-file-json = Document avec les noms (JSON)
invoices-file-record = L’enregistrement dont l’empreinte est tirée (JSON)
invoices-file-new-commerce = Fichier de rapprochement, nouveau commerce (CSV)
invoices-file-legacy = Fichier de rapprochement, offres à l’usage (CSV)
invoices-file-costs-parquet = FOCUS 1.4, coûts et consommation (Parquet)
invoices-file-costs-csv = FOCUS 1.4, coûts et consommation (CSV)
invoices-file-detail-parquet = FOCUS 1.4, détail de la facture (Parquet)
invoices-file-detail-csv = FOCUS 1.4, détail de la facture (CSV)
invoices-file-too-large = Ce fichier est trop grand pour être produit ici. Sur la machine du hub, cette commande le produit : { $command }
invoices-adjustments-what = Lignes de mois déjà clôturés auparavant : ce qui était dû pour eux, moins ce qui avait été facturé.
invoices-totals = Totaux
invoices-by-customer = Par client
invoices-by-stamp = Par stamp
invoices-customer = Client
invoices-subscription = Abonnement
invoices-stamp = Stamp
invoices-meter = Compteur
invoices-quantity = Quantité
invoices-unit-price = Prix
invoices-price-per = { $price } par { $divisor }
invoices-infrastructure = infrastructure
invoices-adjusts = ajuste { $month }
invoices-other-customers = { $count ->
    [one] { $count } autre client
   *[other] { $count } autres clients
 }
invoices-filter-customer = Client, par une partie du nom
invoices-filter-off = Afficher toutes les lignes
invoices-lines-found = { $count ->
    [one] { $count } ligne
   *[other] { $count } lignes
 }
invoices-explain-amount = { $amount } : d’où il vient, ligne { $line }
invoices-explain-title = Ligne { $line } de { $number }
invoices-back = Retour à { $number }
invoices-bad-day = « { $day } » n’est pas un jour tel que 2026-10-05.
invoices-arithmetic = De la quantité au montant
invoices-nothing-due-then = Plus rien n’était dû à ce prix et avec ces réductions quand le document a été émis : tout a été remboursé.
invoices-now = Ce qu’il en est maintenant
invoices-now-differs = D’après tout ce qui est connu maintenant, autre chose est dû. La prochaine clôture apporte la différence comme ligne d’ajustement.
invoices-now-same = D’après tout ce qui est connu maintenant, la même chose est due.
invoices-nothing-due-now = Plus rien n’est dû à ce prix et avec ces réductions : cela a été remboursé, ou le sera à la prochaine clôture. La consommation peut maintenant être due sur une autre ligne.
invoices-included = quantité incluse
invoices-tier = palier { $tier }
invoices-divisor-why = Le prix vaut pour une unité de « { $unit } », soit ce nombre d’unités mesurées.
invoices-exchange = Un { $from } valait { $rate } { $to } ce mois-là.
invoices-rounding-half_up = Arrondi au plus proche, la moitié en s’éloignant de zéro :
invoices-rounding-new_commerce = Arrondi vers zéro, comme dans le nouveau commerce :
invoices-rounding-legacy = Arrondi au plus proche, d’abord dans la monnaie du prix, comme pour les offres à l’usage :
invoices-residual = Résidu, c’est-à-dire le montant exact moins le montant arrondi : { $residual }
invoices-less-discount = moins { $percent } % de remise
invoices-less-credit = moins { $percent } % de crédit acquis
invoices-price-is = Le prix : { $tier }, en vigueur depuis le { $from }, pour une unité de « { $unit } ».
invoices-price-source = Source : { $source }
invoices-price-none = Aucun prix n’a été appliqué : l’infrastructure propre de l’exploitant ne coûte rien.
invoices-before = Déjà facturé
invoices-before-what = Ci-dessus figure tout ce qui était dû pour cette consommation. La ligne le facture, moins ce que ces documents ont facturé.
invoices-basis = D’où vient le calcul
invoices-no-pins = Le document ne dit pas d’où vient son calcul ; ceci est donc d’après tout ce qui est connu maintenant.
invoices-price-list = Liste de prix
invoices-none-of-it = aucune
invoices-commerce-meter = Tarifé comme
invoices-meter-mapped = La liste de prix le dit depuis le { $day }.
invoices-meter-own = Le prix est celui du compteur mesuré lui-même.
invoices-delivery = Dernière livraison prise en compte
invoices-office = Entrée d’audit des enregistrements pris en compte
invoices-day = Jour
invoices-tenant = Locataire et abonnement local
invoices-why = Qui paie, et pourquoi
invoices-rows = Relevés
invoices-days = Sommes par jour
invoices-days-what = Choisissez un jour pour voir ses relevés et les fenêtres qui les ont rapportés.
invoices-days-none = Il ne reste aucune somme sous cette ligne.
invoices-quantity-before = Quantité du document précédent
invoices-rule-none = inconnu
invoices-rule-default_provider_subscription = L’exploitant du stamp l’a consommé lui-même, ce que l’abonnement par défaut paie toujours.
invoices-rule-tenant_unknown = Le locataire n’a pas été rapporté, l’abonnement par défaut paie donc.
invoices-rule-registration_not_multi_tenant = L’inscription n’a pas de locataires à elle, l’abonnement par défaut paie donc.
invoices-rule-tenant_not_mapped = Le locataire n’était rattaché à rien ce jour-là, l’abonnement par défaut paie donc.
invoices-rule-mapped_subscription_unknown = Le locataire était rattaché à un abonnement inconnu, l’abonnement par défaut paie donc.
invoices-rule-mapped_subscription_not_csp = Le locataire était rattaché à un abonnement qui n’est pas du type CSP, l’abonnement par défaut paie donc.
invoices-rule-mapped_subscription_not_active = L’abonnement du locataire n’était pas actif ce jour-là, l’abonnement par défaut paie donc.
invoices-rule-mapped_subscription_of_other_partner = L’abonnement du locataire appartenait ce jour-là à un autre partenaire, l’abonnement par défaut paie donc.
invoices-rule-tenant_mapped = Le locataire était rattaché à cet abonnement.
invoices-mapped-since = rattaché depuis le { $day }
invoices-rows-of = Relevés du { $day }
invoices-rows-what = Tels que les fenêtres les contiennent maintenant, quels qu’ils aient été quand le document a été émis.
invoices-rows-none = Les fenêtres ne contiennent plus de relevés de ce jour.
invoices-window = Rapporté dans la fenêtre
invoices-resource = Ressource
invoices-start = Du
invoices-end = Au
invoices-sent = Quantité telle qu’envoyée
invoices-revision = révision { $revision }
invoices-close-title = Clôturer { $month }
invoices-check-list = Points à vérifier
invoices-nothing-against = Rien ne s’oppose à la clôture de ce mois.
invoices-against = { $count ->
    [one] { $count } point s’oppose à la clôture de ce mois. Elle reste possible, avec un motif.
   *[other] { $count } points s’opposent à la clôture de ce mois. Elle reste possible, avec un motif.
 }
invoices-in-order = en ordre
invoices-not-in-order = pas en ordre
invoices-point-over = Le mois est terminé
invoices-point-delivered = Chaque stamp a livré, consommation tardive comprise
invoices-point-held = Aucune ligne n’est retenue
invoices-point-attributed = Toute la consommation a un payeur
invoices-point-priced = Toute la consommation a un prix
invoices-and-more = { $count ->
    [one] Et { $count } autre.
   *[other] Et { $count } autres.
 }
invoices-month-not-over = Le mois de { $month } n’est pas terminé. Attendez le { $day }.
invoices-behind = { $stamp } a livré jusqu’au { $watermark } ; il faut aller jusqu’au { $needed }.
invoices-behind-wait = Attendez-le, ou examinez son pont.
invoices-behind-reset = Son inscription a été réinitialisée et n’accepte pas de consommation : faites réinscrire le stamp.
invoices-held = { $count ->
    [one] { $count } ligne de { $stamp } est retenue :
   *[other] { $count } lignes de { $stamp } sont retenues :
 }
invoices-held-malformed_row = un champ manque ou n’est pas du bon type. Faites rapporter la ligne par le stamp sous la forme documentée, puis renvoyer la fenêtre.
invoices-held-malformed_instance_data = le texte de la ressource est illisible. Faites-le rapporter par le stamp sous la forme documentée, puis renvoyer la fenêtre.
invoices-held-bad_id = un identifiant est vide, trop long ou contient de mauvais caractères. Faites-le corriger par le stamp, puis renvoyer la fenêtre.
invoices-held-bad_time = une heure est illisible, ou la fin n’est pas après le début. Faites-la corriger par le stamp, puis renvoyer la fenêtre.
invoices-held-crosses_utc_day = l’intervalle ne tient pas dans un seul jour UTC. Faites rapporter la consommation par heure ou par jour, puis renvoyer la fenêtre.
invoices-held-usage_in_future = la consommation est postérieure à l’heure de la fenêtre. Vérifiez l’horloge du stamp, puis faites renvoyer la fenêtre.
invoices-held-quantity_not_a_number = la quantité n’est pas un nombre. Vérifiez le fournisseur de ressources qui l’a mesurée, puis faites renvoyer la fenêtre.
invoices-held-quantity_text_too_long = le texte de la quantité est trop long. Vérifiez le fournisseur de ressources qui l’a mesurée, puis faites renvoyer la fenêtre.
invoices-held-quantity_too_precise = la quantité a plus de chiffres qu’on ne peut en garder exactement. Vérifiez le fournisseur de ressources qui l’a mesurée, puis faites renvoyer la fenêtre.
invoices-held-quantity_too_large = la quantité est trop grande. Vérifiez le fournisseur de ressources qui l’a mesurée, puis faites renvoyer la fenêtre.
invoices-held-quantity_negative = la quantité est inférieure à zéro. Faites renvoyer la fenêtre de la consommation d’origine avec la bonne quantité.
invoices-held-unknown_meter = le compteur n’est pas au catalogue. Faites-le ajouter ; le hub redemande alors la fenêtre.
invoices-held-conflicting_duplicate = la même mesure y figure avec deux valeurs. Trouvez laquelle est juste, puis faites renvoyer la fenêtre avec celle-là seulement.
invoices-unattributed = { $count ->
    [one] { $count } relevé de { $stamp } n’a pas de payeur :
   *[other] { $count } relevés de { $stamp } n’ont pas de payeur :
 }
invoices-unattributed-no_registration = le stamp n’est pas inscrit ces jours-là. Inscrivez-le, ou faites antidater son inscription.
invoices-unattributed-no_payer = l’abonnement par défaut est inconnu ou sans partenaire ces jours-là. Faites enregistrer l’abonnement et son partenaire.
invoices-unpriced = { $count ->
    [one] { $count } relevé de { $meter } n’a pas de montant :
   *[other] { $count } relevés de { $meter } n’ont pas de montant :
 }
invoices-unpriced-informational = il est montré et n’est pas facturé.
invoices-unpriced-unknown_meter = le compteur n’est pas au catalogue. Faites-le ajouter, puis revenez ici.
invoices-unpriced-infrastructure_at_zero = c’est l’infrastructure propre de l’exploitant, qui ne coûte rien.
invoices-unpriced-no_price_list = il n’y a pas de liste de prix. Faites-en attribuer une.
invoices-unpriced-no_exchange_rate = la liste de prix n’a pas de cours de change pour le mois. Faites-en ajouter un.
invoices-unpriced-no_price_for_meter = la liste de prix n’a pas de prix pour lui ces jours-là. Faites-en ajouter un.
invoices-unpriced-unit_differs = son prix vaut pour une autre unité que celle du compteur. Faites corriger l’unité du prix.
invoices-unpriced-amount_too_large = la quantité multipliée par le prix est trop grande pour être gardée exactement. Faites vérifier les deux.
invoices-unpriced-rated = il a un prix.
invoices-to-stamp = Voir le stamp
invoices-to-held = Voir les lignes retenues
invoices-to-prices = Voir les prix
invoices-preview = Ce qui serait émis
invoices-preview-what = Rien n’est encore émis. Un document ne change plus une fois émis.
invoices-nothing-due = Rien n’est dû qui n’ait déjà été facturé, aucun document n’est donc émis.
invoices-may-not-close = Vos rôles vous permettent de regarder. Un titulaire du rôle Partner Administrator peut clôturer le mois.
invoices-close = Clôturer le mois
invoices-reason = Motif
invoices-reason-what = Quelque chose s’oppose à la clôture. Dites pourquoi le mois est clôturé malgré tout : le motif reste pour toujours dans le journal d’audit.
invoices-reason-needed = { $count ->
    [one] Rien n’a été émis : { $count } point s’y oppose. Dites pourquoi le mois est clôturé malgré tout.
   *[other] Rien n’a été émis : { $count } points s’y opposent. Dites pourquoi le mois est clôturé malgré tout.
 }
invoices-reason-long = Rien n’a été émis : le motif a plus de 500 caractères.
invoices-confirm = Émettre le document. Il ne peut pas être repris ; les corrections ultérieures vont sur des documents ultérieurs.
invoices-not-confirmed = Rien n’a été émis : cochez la case pour confirmer.
invoices-done = { $number } a été émis : { $total }.
