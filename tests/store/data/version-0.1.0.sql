BEGIN TRANSACTION;
CREATE TABLE alerts (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	rule VARCHAR NOT NULL, 
	entity VARCHAR NOT NULL, 
	period VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	value FLOAT, 
	measure FLOAT, 
	threshold VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	by_revision BOOLEAN NOT NULL, 
	late BOOLEAN NOT NULL, 
	was INTEGER, 
	superseded BOOLEAN NOT NULL, 
	release_id INTEGER, 
	decided_at VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key"), 
	FOREIGN KEY(release_id) REFERENCES releases (id)
);
INSERT INTO "alerts" VALUES(1,'digest|tic.table5@2025-03-19T20:00:00.000000Z','digest','tic.table5','2025-01','digest',0,NULL,NULL,'','Foreign holdings Jan 2025: 5,504.2 bn (0.0)',0,0,NULL,0,1,'2025-03-19T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(2,'cut|Belgium|2025-02|fired|high|tic.table5@2025-04-16T20:00:00.000000Z','cut','Belgium','2025-02','fired',2,655.0,-45.0,'-45bn','Belgium −45.0 bn in Feb 2025',0,0,NULL,0,2,'2025-04-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(3,'cut|Japan|2025-02|fired|notice|tic.table5@2025-04-16T20:00:00.000000Z','cut','Japan','2025-02','fired',1,960.0,-40.0,'-30bn','Japan −40.0 bn in Feb 2025',0,0,NULL,0,2,'2025-04-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(4,'floor|Belgium|2025-02|fired|high|tic.table5@2025-04-16T20:00:00.000000Z','floor','Belgium','2025-02','fired',2,655.0,655.0,'660bn','Belgium at 655.0 bn, below 660 bn',0,0,NULL,0,2,'2025-04-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(5,'digest|tic.table5@2025-04-16T20:00:00.000000Z','digest','tic.table5','2025-02','digest',0,NULL,NULL,'','Foreign holdings Feb 2025: 5,417.2 bn (−87.0); 3 alerts',0,0,NULL,0,2,'2025-04-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(6,'cut|Canada|2025-03|fired|high|tic.table5@2025-05-16T20:00:00.000000Z','cut','Canada','2025-03','fired',2,440.0,-60.0,'-45bn','Canada −60.0 bn in Mar 2025',0,0,NULL,0,3,'2025-05-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(7,'low|Japan|2025-03|fired|high|tic.table5@2025-05-16T20:00:00.000000Z','low','Japan','2025-03','fired',2,950.0,950.0,'955bn','Japan at 950.0 bn',0,0,NULL,0,3,'2025-05-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(8,'digest|tic.table5@2025-05-16T20:00:00.000000Z','digest','tic.table5','2025-03','digest',0,NULL,NULL,'','Foreign holdings Mar 2025: 5,347.2 bn (−70.0); 2 alerts',0,0,NULL,0,3,'2025-05-16T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(9,'cut|Japan|2025-02|retracted|notice|tic.table5@2025-06-18T20:00:00.000000Z','cut','Japan','2025-02','retracted',1,975.0,-25.0,'-30bn','Japan −25.0 bn in Feb 2025',1,0,1,0,4,'2025-06-18T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(10,'floor|Belgium|2025-04|cleared|high|tic.table5@2025-06-18T20:00:00.000000Z','floor','Belgium','2025-04','cleared',2,675.0,675.0,'670bn','Belgium at 675.0 bn in Apr 2025, above 670 bn',0,0,NULL,0,4,'2025-06-18T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(11,'floor|China, Mainland|2025-04|cleared|high|tic.table5@2025-06-18T20:00:00.000000Z','floor','China, Mainland','2025-04','cleared',2,675.0,675.0,'670bn','China, Mainland at 675.0 bn in Apr 2025, above 670 bn',0,0,NULL,0,4,'2025-06-18T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(12,'digest|tic.table5@2025-06-18T20:00:00.000000Z','digest','tic.table5','2025-04','digest',0,NULL,NULL,'','Foreign holdings Apr 2025: 5,389.2 bn (+27.0); 2 alerts, 1 correction',0,0,NULL,0,4,'2025-06-18T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(13,'floor|Belgium|2025-04|corrected|high|tic.table5@2025-07-17T20:00:00.000000Z','floor','Belgium','2025-04','corrected',2,665.0,665.0,'660bn','Belgium at 665.0 bn, below 660 bn',1,0,NULL,0,5,'2025-07-17T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(14,'low|Japan|2025-05|reminded|high|tic.table5@2025-07-17T20:00:00.000000Z','low','Japan','2025-05','reminded',2,940.0,940.0,'955bn','Japan at 940.0 bn',0,0,NULL,0,5,'2025-07-17T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(15,'digest|tic.table5@2025-07-17T20:00:00.000000Z','digest','tic.table5','2025-05','digest',0,NULL,NULL,'','Foreign holdings May 2025: 5,379.2 bn (0.0); 1 alert, 1 correction',0,0,NULL,0,5,'2025-07-17T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(16,'cut|Canada|2025-06|fired|notice|tic.table5@2025-08-15T20:00:00.000000Z','cut','Canada','2025-06','fired',1,400.0,-40.0,'-30bn','Canada −40.0 bn in Jun 2025',0,0,NULL,0,6,'2025-08-15T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(17,'floor|China, Mainland|2025-06|fired|high|tic.table5@2025-08-15T20:00:00.000000Z','floor','China, Mainland','2025-06','fired',2,655.0,655.0,'660bn','China, Mainland at 655.0 bn, below 660 bn',0,0,NULL,0,6,'2025-08-15T20:05:00.000000Z');
INSERT INTO "alerts" VALUES(18,'digest|tic.table5@2025-08-15T20:00:00.000000Z','digest','tic.table5','2025-06','digest',0,NULL,NULL,'','Foreign holdings Jun 2025: 5,308.2 bn (−71.0); 2 alerts',0,0,NULL,0,6,'2025-08-15T20:05:00.000000Z');
CREATE TABLE announced (
	id INTEGER NOT NULL, 
	entity VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	closes VARCHAR NOT NULL, 
	cusip VARCHAR NOT NULL, 
	offering FLOAT, 
	first_seen_at VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	looked_at VARCHAR, 
	late_told BOOLEAN NOT NULL, 
	results_file VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (entity, day)
);
CREATE TABLE auction_records (
	source VARCHAR NOT NULL, 
	cusip VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	record TEXT NOT NULL, 
	PRIMARY KEY (source, cusip, day)
);
CREATE TABLE deliveries (
	id INTEGER NOT NULL, 
	notification_id INTEGER NOT NULL, 
	started_at VARCHAR NOT NULL, 
	ended_at VARCHAR, 
	outcome VARCHAR NOT NULL, 
	problem TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(notification_id) REFERENCES notifications (id)
);
INSERT INTO "deliveries" VALUES(1,1,'2025-03-19T20:06:00.000000Z','2025-03-19T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(2,2,'2025-04-16T20:06:00.000000Z','2025-04-16T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(3,3,'2025-05-16T20:06:00.000000Z','2025-05-16T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(4,4,'2025-06-18T20:06:00.000000Z','2025-06-18T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(5,5,'2025-06-18T20:06:00.000000Z','2025-06-18T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(6,6,'2025-07-17T20:06:00.000000Z','2025-07-17T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(7,7,'2025-07-17T20:06:00.000000Z','2025-07-17T20:06:00.000000Z','sent','');
INSERT INTO "deliveries" VALUES(8,8,'2025-08-15T20:06:00.000000Z','2025-08-15T20:06:00.000000Z','sent','');
CREATE TABLE figures (
	series_id INTEGER NOT NULL, 
	period VARCHAR NOT NULL, 
	release_id INTEGER NOT NULL, 
	value FLOAT NOT NULL, 
	printed VARCHAR NOT NULL, 
	PRIMARY KEY (series_id, period, release_id), 
	FOREIGN KEY(series_id) REFERENCES series (id), 
	FOREIGN KEY(release_id) REFERENCES releases (id)
);
INSERT INTO "figures" VALUES(11,'2025-01',1,1000.0,'1000.0');
INSERT INTO "figures" VALUES(11,'2024-12',1,1000.0,'1000.0');
INSERT INTO "figures" VALUES(11,'2024-11',1,1000.0,'1000.0');
INSERT INTO "figures" VALUES(11,'2024-10',1,1000.0,'1000.0');
INSERT INTO "figures" VALUES(20,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(20,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(20,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(20,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-01',1,650.0,'650.0');
INSERT INTO "figures" VALUES(5,'2024-12',1,650.0,'650.0');
INSERT INTO "figures" VALUES(5,'2024-11',1,655.0,'655.0');
INSERT INTO "figures" VALUES(5,'2024-10',1,680.0,'680.0');
INSERT INTO "figures" VALUES(4,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(4,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(4,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(4,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-01',1,700.0,'700.0');
INSERT INTO "figures" VALUES(1,'2024-12',1,700.0,'700.0');
INSERT INTO "figures" VALUES(1,'2024-11',1,700.0,'700.0');
INSERT INTO "figures" VALUES(1,'2024-10',1,700.0,'700.0');
INSERT INTO "figures" VALUES(13,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(13,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(13,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(13,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-01',1,500.0,'500.0');
INSERT INTO "figures" VALUES(3,'2024-12',1,500.0,'500.0');
INSERT INTO "figures" VALUES(3,'2024-11',1,500.0,'500.0');
INSERT INTO "figures" VALUES(3,'2024-10',1,500.0,'500.0');
INSERT INTO "figures" VALUES(6,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(6,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(6,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(6,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-01',1,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2024-12',1,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2024-11',1,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2024-10',1,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-01',1,1854.2,'1854.2');
INSERT INTO "figures" VALUES(21,'2024-12',1,1854.2,'1854.2');
INSERT INTO "figures" VALUES(21,'2024-11',1,1854.2,'1854.2');
INSERT INTO "figures" VALUES(21,'2024-10',1,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-01',1,5504.2,'5504.2');
INSERT INTO "figures" VALUES(25,'2024-12',1,5504.2,'5504.2');
INSERT INTO "figures" VALUES(25,'2024-11',1,5509.2,'5509.2');
INSERT INTO "figures" VALUES(25,'2024-10',1,5534.2,'5534.2');
INSERT INTO "figures" VALUES(22,'2025-01',1,2109.9,'2109.9');
INSERT INTO "figures" VALUES(22,'2024-12',1,2109.9,'2109.9');
INSERT INTO "figures" VALUES(22,'2024-11',1,2111.9,'2111.9');
INSERT INTO "figures" VALUES(22,'2024-10',1,2121.4,'2121.4');
INSERT INTO "figures" VALUES(23,'2025-01',1,275.2,'275.2');
INSERT INTO "figures" VALUES(23,'2024-12',1,275.2,'275.2');
INSERT INTO "figures" VALUES(23,'2024-11',1,275.5,'275.5');
INSERT INTO "figures" VALUES(23,'2024-10',1,276.7,'276.7');
INSERT INTO "figures" VALUES(24,'2025-01',1,1834.7,'1834.7');
INSERT INTO "figures" VALUES(24,'2024-12',1,1834.7,'1834.7');
INSERT INTO "figures" VALUES(24,'2024-11',1,1836.4,'1836.4');
INSERT INTO "figures" VALUES(24,'2024-10',1,1844.7,'1844.7');
INSERT INTO "figures" VALUES(11,'2025-02',2,960.0,'960.0');
INSERT INTO "figures" VALUES(20,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-02',2,648.0,'648.0');
INSERT INTO "figures" VALUES(4,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-02',2,655.0,'655.0');
INSERT INTO "figures" VALUES(13,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-02',2,500.0,'500.0');
INSERT INTO "figures" VALUES(6,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-02',2,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-02',2,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-02',2,5417.2,'5417.2');
INSERT INTO "figures" VALUES(22,'2025-02',2,2076.6,'2076.6');
INSERT INTO "figures" VALUES(23,'2025-02',2,270.9,'270.9');
INSERT INTO "figures" VALUES(24,'2025-02',2,1805.7,'1805.7');
INSERT INTO "figures" VALUES(11,'2025-03',3,950.0,'950.0');
INSERT INTO "figures" VALUES(20,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-03',3,648.0,'648.0');
INSERT INTO "figures" VALUES(4,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-03',3,655.0,'655.0');
INSERT INTO "figures" VALUES(13,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-03',3,440.0,'440.0');
INSERT INTO "figures" VALUES(6,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-03',3,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-03',3,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-03',3,5347.2,'5347.2');
INSERT INTO "figures" VALUES(22,'2025-03',3,2049.8,'2049.8');
INSERT INTO "figures" VALUES(23,'2025-03',3,267.4,'267.4');
INSERT INTO "figures" VALUES(24,'2025-03',3,1782.4,'1782.4');
INSERT INTO "figures" VALUES(11,'2025-04',4,945.0,'945.0');
INSERT INTO "figures" VALUES(11,'2025-02',4,975.0,'975.0');
INSERT INTO "figures" VALUES(20,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-04',4,675.0,'675.0');
INSERT INTO "figures" VALUES(4,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-04',4,675.0,'675.0');
INSERT INTO "figures" VALUES(13,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-04',4,440.0,'440.0');
INSERT INTO "figures" VALUES(3,'2025-03',4,455.0,'455.0');
INSERT INTO "figures" VALUES(6,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-04',4,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-04',4,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-04',4,5389.2,'5389.2');
INSERT INTO "figures" VALUES(25,'2025-03',4,5362.2,'5362.2');
INSERT INTO "figures" VALUES(25,'2025-02',4,5432.2,'5432.2');
INSERT INTO "figures" VALUES(22,'2025-04',4,2065.9,'2065.9');
INSERT INTO "figures" VALUES(22,'2025-03',4,2055.5,'2055.5');
INSERT INTO "figures" VALUES(22,'2025-02',4,2082.3,'2082.3');
INSERT INTO "figures" VALUES(23,'2025-04',4,269.5,'269.5');
INSERT INTO "figures" VALUES(23,'2025-03',4,268.1,'268.1');
INSERT INTO "figures" VALUES(23,'2025-02',4,271.6,'271.6');
INSERT INTO "figures" VALUES(24,'2025-04',4,1796.4,'1796.4');
INSERT INTO "figures" VALUES(24,'2025-03',4,1787.4,'1787.4');
INSERT INTO "figures" VALUES(24,'2025-02',4,1810.7,'1810.7');
INSERT INTO "figures" VALUES(11,'2025-05',5,940.0,'940.0');
INSERT INTO "figures" VALUES(20,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-05',5,680.0,'680.0');
INSERT INTO "figures" VALUES(4,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-05',5,665.0,'665.0');
INSERT INTO "figures" VALUES(1,'2025-04',5,665.0,'665.0');
INSERT INTO "figures" VALUES(13,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-05',5,440.0,'440.0');
INSERT INTO "figures" VALUES(6,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-05',5,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-05',5,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-05',5,5379.2,'5379.2');
INSERT INTO "figures" VALUES(25,'2025-04',5,5379.2,'5379.2');
INSERT INTO "figures" VALUES(22,'2025-05',5,2062.1,'2062.1');
INSERT INTO "figures" VALUES(22,'2025-04',5,2062.1,'2062.1');
INSERT INTO "figures" VALUES(23,'2025-05',5,269.0,'269.0');
INSERT INTO "figures" VALUES(23,'2025-04',5,269.0,'269.0');
INSERT INTO "figures" VALUES(24,'2025-05',5,1793.1,'1793.1');
INSERT INTO "figures" VALUES(24,'2025-04',5,1793.1,'1793.1');
INSERT INTO "figures" VALUES(11,'2025-06',6,935.0,'935.0');
INSERT INTO "figures" VALUES(20,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(5,'2025-06',6,655.0,'655.0');
INSERT INTO "figures" VALUES(4,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(1,'2025-06',6,664.0,'664.0');
INSERT INTO "figures" VALUES(13,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(3,'2025-06',6,400.0,'400.0');
INSERT INTO "figures" VALUES(6,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(9,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(18,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(17,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(16,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(7,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(14,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(8,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(2,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(15,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(12,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(10,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(19,'2025-06',6,50.0,'50.0');
INSERT INTO "figures" VALUES(21,'2025-06',6,1854.2,'1854.2');
INSERT INTO "figures" VALUES(25,'2025-06',6,5308.2,'5308.2');
INSERT INTO "figures" VALUES(22,'2025-06',6,2034.8,'2034.8');
INSERT INTO "figures" VALUES(23,'2025-06',6,265.4,'265.4');
INSERT INTO "figures" VALUES(24,'2025-06',6,1769.4,'1769.4');
CREATE TABLE incidents (
	id INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	entity VARCHAR NOT NULL, 
	since VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	told_at VARCHAR NOT NULL, 
	silent BOOLEAN NOT NULL, 
	closed VARCHAR, 
	closed_why VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "incidents" VALUES(1,'small','Ireland','2024-10',1,'2024-10',1,NULL,NULL);
INSERT INTO "incidents" VALUES(2,'gone','Canada','2024-10',1,'2024-10',1,'','rule removed');
INSERT INTO "incidents" VALUES(3,'floor','China, Mainland','2024-11',2,'2024-11',1,'2025-04','cleared');
INSERT INTO "incidents" VALUES(4,'floor','Belgium','2025-02',2,'2025-02',0,'2025-04','withdrawn');
INSERT INTO "incidents" VALUES(5,'low','Japan','2025-03',2,'2025-05',0,NULL,NULL);
INSERT INTO "incidents" VALUES(6,'floor','Belgium','2025-02',2,'2025-02',0,NULL,NULL);
INSERT INTO "incidents" VALUES(7,'floor','China, Mainland','2025-06',2,'2025-06',0,NULL,NULL);
CREATE TABLE notifications (
	id INTEGER NOT NULL, 
	"key" VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	release_id INTEGER, 
	message TEXT NOT NULL, 
	amends INTEGER, 
	short TEXT, 
	replies BOOLEAN NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	queued_at VARCHAR NOT NULL, 
	due_at VARCHAR NOT NULL, 
	lease_until VARCHAR, 
	lease_by VARCHAR, 
	sent_at VARCHAR, 
	ref VARCHAR NOT NULL, 
	problem TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key"), 
	FOREIGN KEY(release_id) REFERENCES releases (id), 
	FOREIGN KEY(amends) REFERENCES notifications (id)
);
INSERT INTO "notifications" VALUES(1,'tic.table5@2025-03-19T20:00:00.000000Z|room','room',1,'{"headline":"Foreign holdings Jan 2025: 5,504.2 bn (0.0)","severity":0,"sections":[{"kind":"digest","title":"Foreign holdings Jan 2025: 5,504.2 bn (0.0)","severity":0,"text":"Of the 20 largest holders 0 fell and 0 rose.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,109.9 bn (0.0), 38.3%"],["Private","3,394.3 bn (0.0)"],["Official bills","275.2 bn (0.0)"],["Next releases","16 Apr 2025 for Feb 2025, 16 May 2025 for Mar 2025"]],"rows":[],"links":[],"note":"","struck":"","alert":0},{"kind":"digest","title":"3 rules hold already and will not be told as news","severity":0,"text":"","facts":[],"rows":[["Holds now","since","severity"],["Ireland at 50.0 bn","Oct 2024","notice"],["Canada at 500.0 bn","Oct 2024","notice"],["China, Mainland at 650.0 bn, below 660 bn","Nov 2024","high"]],"links":[],"note":"","struck":"","alert":0}],"context":["First look at TIC Table 5","data to Jan 2025","published 19 Mar 2025","next release 16 Apr 2025"]}',NULL,NULL,0,'sent',1,'2025-03-19T20:05:00.000000Z','2025-03-19T20:05:00.000000Z',NULL,NULL,'2025-03-19T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(2,'tic.table5@2025-04-16T20:00:00.000000Z|room','room',2,'{"headline":"Belgium −45.0 bn in Feb 2025; and 2 more alerts","severity":2,"sections":[{"kind":"fired","title":"Belgium −45.0 bn in Feb 2025","severity":2,"text":"Belgium: change over 1 month −45.0 bn; the line is at or below −45 bn.\nLargest monthly fall since 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Feb 2025","655.0 bn"],["Jan 2025","700.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it never fired before for any holder. Rule cut.","struck":"","alert":2},{"kind":"fired","title":"Belgium at 655.0 bn, below 660 bn","severity":2,"text":"Belgium: 655.0 bn in Feb 2025; the line is below 660 bn.\nLowest of 5 since 2024.\nFor Belgium it never fired before.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Feb 2025","655.0 bn"],["Jan 2025","700.0 bn"],["Change","−45.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired once before for any holder: China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"","alert":4},{"kind":"fired","title":"Japan −40.0 bn in Feb 2025","severity":1,"text":"Japan: change over 1 month −40.0 bn; the line is at or below −30 bn.\nLargest monthly fall since 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Feb 2025","960.0 bn"],["Jan 2025","1,000.0 bn"]],"rows":[],"links":[],"note":"","struck":"","alert":3},{"kind":"digest","title":"Foreign holdings Feb 2025: 5,417.2 bn (−87.0); 3 alerts","severity":0,"text":"Of the 20 largest holders 3 fell and 0 rose.\nFired: cut (Belgium), cut (Japan), floor (Belgium).\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,076.6 bn (−33.3), 38.3%"],["Private","3,340.6 bn (−53.7)"],["Official bills","270.9 bn (−4.3)"],["Next releases","16 May 2025 for Mar 2025, 18 Jun 2025 for Apr 2025"]],"rows":[["bn","change","net","price","rest"],["Belgium","−45.0","–","–","–"],["Japan","−40.0","–","–","–"],["China","−2.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Feb 2025","published 16 Apr 2025","next release 16 May 2025"]}',NULL,NULL,0,'sent',1,'2025-04-16T20:05:00.000000Z','2025-04-16T20:05:00.000000Z',NULL,NULL,'2025-04-16T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(3,'tic.table5@2025-05-16T20:00:00.000000Z|room','room',3,'{"headline":"Canada −60.0 bn in Mar 2025; and 1 more alert","severity":2,"sections":[{"kind":"fired","title":"Canada −60.0 bn in Mar 2025","severity":2,"text":"Canada: change over 1 month −60.0 bn; the line is at or below −45 bn.\nLargest monthly fall since 2024.\nFor Canada it never fired before.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Mar 2025","440.0 bn"],["Feb 2025","500.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Japan Feb 2025 (−40.0 bn), Belgium Feb 2025 (−45.0 bn). Rule cut.","struck":"","alert":6},{"kind":"fired","title":"Japan at 950.0 bn","severity":2,"text":"Japan: 950.0 bn in Mar 2025; the line is below 955 bn.\nLowest of 6 since 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Mar 2025","950.0 bn"],["Feb 2025","960.0 bn"],["Change","−10.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it never fired before for Japan. Rule low.","struck":"","alert":7},{"kind":"digest","title":"Foreign holdings Mar 2025: 5,347.2 bn (−70.0); 2 alerts","severity":0,"text":"Of the 20 largest holders 2 fell and 0 rose.\nFired: cut (Canada), low (Japan).\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,049.8 bn (−26.8), 38.3%"],["Private","3,297.4 bn (−43.2)"],["Official bills","267.4 bn (−3.5)"],["Next releases","18 Jun 2025 for Apr 2025, 17 Jul 2025 for May 2025"]],"rows":[["bn","change","net","price","rest"],["Canada","−60.0","–","–","–"],["Japan","−10.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Mar 2025","published 16 May 2025","next release 18 Jun 2025"]}',NULL,NULL,0,'sent',1,'2025-05-16T20:05:00.000000Z','2025-05-16T20:05:00.000000Z',NULL,NULL,'2025-05-16T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(4,'tic.table5@2025-04-16T20:00:00.000000Z|room|corrected by tic.table5@2025-06-18T20:00:00.000000Z','room',2,'{"headline":"Belgium −45.0 bn in Feb 2025; and 2 more alerts","severity":2,"sections":[{"kind":"fired","title":"Belgium −45.0 bn in Feb 2025","severity":2,"text":"Belgium: change over 1 month −45.0 bn; the line is at or below −45 bn.\nLargest monthly fall since 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Feb 2025","655.0 bn"],["Jan 2025","700.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it never fired before for any holder. Rule cut.","struck":"","alert":2},{"kind":"fired","title":"Belgium at 655.0 bn, below 660 bn","severity":2,"text":"Belgium: 655.0 bn in Feb 2025; the line is below 660 bn.\nLowest of 5 since 2024.\nFor Belgium it never fired before.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Feb 2025","655.0 bn"],["Jan 2025","700.0 bn"],["Change","−45.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired once before for any holder: China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"","alert":4},{"kind":"retracted","title":"Retracted: Japan −40.0 bn in Feb 2025","severity":1,"text":"A later release revised the figures. Japan: change over 1 month −25.0 bn; that is not at or below −30 bn.","facts":[["Feb 2025","975.0 bn"],["Jan 2025","1,000.0 bn"]],"rows":[],"links":[],"note":"Rule cut.","struck":"Japan −40.0 bn in Feb 2025","alert":9},{"kind":"digest","title":"Foreign holdings Feb 2025: 5,417.2 bn (−87.0); 3 alerts","severity":0,"text":"Of the 20 largest holders 3 fell and 0 rose.\nFired: cut (Belgium), cut (Japan), floor (Belgium).\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,076.6 bn (−33.3), 38.3%"],["Private","3,340.6 bn (−53.7)"],["Official bills","270.9 bn (−4.3)"],["Next releases","16 May 2025 for Mar 2025, 18 Jun 2025 for Apr 2025"]],"rows":[["bn","change","net","price","rest"],["Belgium","−45.0","–","–","–"],["Japan","−40.0","–","–","–"],["China","−2.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Feb 2025","published 16 Apr 2025","next release 16 May 2025"]}',2,'{"headline":"Retracted: Japan −40.0 bn in Feb 2025","severity":0,"sections":[{"kind":"retracted","title":"Retracted: Japan −40.0 bn in Feb 2025","severity":1,"text":"A later release revised the figures. Japan: change over 1 month −25.0 bn; that is not at or below −30 bn.","facts":[["Feb 2025","975.0 bn"],["Jan 2025","1,000.0 bn"]],"rows":[],"links":[],"note":"Rule cut.","struck":"Japan −40.0 bn in Feb 2025","alert":9}],"context":["TIC Table 5","data to Apr 2025","published 18 Jun 2025","next release 17 Jul 2025"]}',1,'sent',1,'2025-06-18T20:05:00.000000Z','2025-06-18T20:05:00.000000Z',NULL,NULL,'2025-06-18T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(5,'tic.table5@2025-06-18T20:00:00.000000Z|room','room',4,'{"headline":"Over: Belgium at 675.0 bn in Apr 2025, above 670 bn; and 1 more alert","severity":2,"sections":[{"kind":"cleared","title":"Over: Belgium at 675.0 bn in Apr 2025, above 670 bn","severity":2,"text":"Belgium: 675.0 bn in Apr 2025; the all-clear was asked for above 670 bn.\nThird-lowest of 7 since 2024.\nFor Belgium it fired once before, in Feb 2025.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Apr 2025","675.0 bn"],["Mar 2025","655.0 bn"],["Change","+20.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Belgium Feb 2025 (655.0 bn), China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"","alert":10},{"kind":"cleared","title":"Over: China, Mainland at 675.0 bn in Apr 2025, above 670 bn","severity":2,"text":"China, Mainland: 675.0 bn in Apr 2025; the all-clear was asked for above 670 bn.\nSixth-lowest of 7 since 2024.\nFor China, Mainland it fired once before, in Nov 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Apr 2025","675.0 bn"],["Mar 2025","648.0 bn"],["Change","+27.0 bn"]],"rows":[],"links":[],"note":"","struck":"","alert":11},{"kind":"digest","title":"Foreign holdings Apr 2025: 5,389.2 bn (+27.0); 2 alerts, 1 correction","severity":0,"text":"Of the 20 largest holders 2 fell and 2 rose.\nNo rule fired. Over: floor (Belgium), floor (China, Mainland). Retracted: cut (Japan).\n10 earlier figures were revised, most of all Japan Feb 2025: 960.0 → 975.0 bn.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,065.9 bn (+10.4), 38.3%"],["Private","3,323.3 bn (+16.6)"],["Official bills","269.5 bn (+1.4)"],["Next releases","17 Jul 2025 for May 2025, 15 Aug 2025 for Jun 2025"]],"rows":[["bn","change","net","price","rest"],["Canada","−15.0","–","–","–"],["Japan","−5.0","–","–","–"],["China","+27.0","–","–","–"],["Belgium","+20.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Apr 2025","published 18 Jun 2025","next release 17 Jul 2025"]}',NULL,NULL,0,'sent',1,'2025-06-18T20:05:00.000000Z','2025-06-18T20:05:00.000000Z',NULL,NULL,'2025-06-18T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(6,'tic.table5@2025-06-18T20:00:00.000000Z|room|corrected by tic.table5@2025-07-17T20:00:00.000000Z','room',4,'{"headline":"Corrected: Belgium at 665.0 bn, below 660 bn; and 1 more alert","severity":2,"sections":[{"kind":"corrected","title":"Corrected: Belgium at 665.0 bn, below 660 bn","severity":2,"text":"A later release revised the figures. Belgium: 665.0 bn in Apr 2025: the all-clear no longer holds.\nThird-lowest of 7 since 2024.\nFor Belgium it fired once before, in Feb 2025.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Apr 2025","665.0 bn"],["Mar 2025","655.0 bn"],["Change","+10.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Belgium Feb 2025 (655.0 bn), China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"Over: Belgium at 675.0 bn in Apr 2025, above 670 bn","alert":13},{"kind":"cleared","title":"Over: China, Mainland at 675.0 bn in Apr 2025, above 670 bn","severity":2,"text":"China, Mainland: 675.0 bn in Apr 2025; the all-clear was asked for above 670 bn.\nSixth-lowest of 7 since 2024.\nFor China, Mainland it fired once before, in Nov 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Apr 2025","675.0 bn"],["Mar 2025","648.0 bn"],["Change","+27.0 bn"]],"rows":[],"links":[],"note":"","struck":"","alert":11},{"kind":"digest","title":"Foreign holdings Apr 2025: 5,389.2 bn (+27.0); 2 alerts, 1 correction","severity":0,"text":"Of the 20 largest holders 2 fell and 2 rose.\nNo rule fired. Over: floor (Belgium), floor (China, Mainland). Retracted: cut (Japan).\n10 earlier figures were revised, most of all Japan Feb 2025: 960.0 → 975.0 bn.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,065.9 bn (+10.4), 38.3%"],["Private","3,323.3 bn (+16.6)"],["Official bills","269.5 bn (+1.4)"],["Next releases","17 Jul 2025 for May 2025, 15 Aug 2025 for Jun 2025"]],"rows":[["bn","change","net","price","rest"],["Canada","−15.0","–","–","–"],["Japan","−5.0","–","–","–"],["China","+27.0","–","–","–"],["Belgium","+20.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Apr 2025","published 18 Jun 2025","next release 17 Jul 2025"]}',5,'{"headline":"Corrected: Belgium at 665.0 bn, below 660 bn","severity":2,"sections":[{"kind":"corrected","title":"Corrected: Belgium at 665.0 bn, below 660 bn","severity":2,"text":"A later release revised the figures. Belgium: 665.0 bn in Apr 2025: the all-clear no longer holds.\nThird-lowest of 7 since 2024.\nFor Belgium it fired once before, in Feb 2025.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Apr 2025","665.0 bn"],["Mar 2025","655.0 bn"],["Change","+10.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Belgium Feb 2025 (655.0 bn), China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"Over: Belgium at 675.0 bn in Apr 2025, above 670 bn","alert":13}],"context":["TIC Table 5","data to May 2025","published 17 Jul 2025","next release 15 Aug 2025"]}',1,'sent',1,'2025-07-17T20:05:00.000000Z','2025-07-17T20:05:00.000000Z',NULL,NULL,'2025-07-17T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(7,'tic.table5@2025-07-17T20:00:00.000000Z|room','room',5,'{"headline":"Still: Japan at 940.0 bn","severity":2,"sections":[{"kind":"reminded","title":"Still: Japan at 940.0 bn","severity":2,"text":"Japan: 940.0 bn in May 2025; the line is below 955 bn.\nLowest of 8 since 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["May 2025","940.0 bn"],["Apr 2025","945.0 bn"],["Change","−5.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired once before for Japan: Mar 2025 (950.0 bn). Rule low.","struck":"","alert":14},{"kind":"digest","title":"Foreign holdings May 2025: 5,379.2 bn (0.0); 1 alert, 1 correction","severity":0,"text":"Of the 20 largest holders 1 fell and 1 rose.\nNo rule fired. Still so: low (Japan). Corrected: floor (Belgium).\n5 earlier figures were revised, most of all Belgium Apr 2025: 675.0 → 665.0 bn.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,062.1 bn (0.0), 38.3%"],["Private","3,317.1 bn (0.0)"],["Official bills","269.0 bn (0.0)"],["Next releases","15 Aug 2025 for Jun 2025, 18 Sep 2025 for Jul 2025"]],"rows":[["bn","change","net","price","rest"],["Japan","−5.0","–","–","–"],["China","+5.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to May 2025","published 17 Jul 2025","next release 15 Aug 2025"]}',NULL,NULL,0,'sent',1,'2025-07-17T20:05:00.000000Z','2025-07-17T20:05:00.000000Z',NULL,NULL,'2025-07-17T20:06:00.000000Z','','');
INSERT INTO "notifications" VALUES(8,'tic.table5@2025-08-15T20:00:00.000000Z|room','room',6,'{"headline":"China, Mainland at 655.0 bn, below 660 bn; and 1 more alert","severity":2,"sections":[{"kind":"fired","title":"China, Mainland at 655.0 bn, below 660 bn","severity":2,"text":"China, Mainland: 655.0 bn in Jun 2025; the line is below 660 bn.\nFifth-lowest of 9 since 2024.\nFor China, Mainland it fired once before, in Nov 2024.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Jun 2025","655.0 bn"],["May 2025","680.0 bn"],["Change","−25.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Belgium Feb 2025 (655.0 bn), China, Mainland Nov 2024 (655.0 bn). Rule floor.","struck":"","alert":17},{"kind":"fired","title":"Canada −40.0 bn in Jun 2025","severity":1,"text":"Canada: change over 1 month −40.0 bn; the line is at or below −30 bn.\nSecond-largest monthly fall since 2024; larger: Mar 2025 −45.0 bn.\nFor Canada it fired once before, in Mar 2025.\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Jun 2025","400.0 bn"],["May 2025","440.0 bn"]],"rows":[],"links":[],"note":"On today''s figures it fired twice before for any holder, last: Canada Mar 2025 (−45.0 bn), Belgium Feb 2025 (−45.0 bn). Rule cut.","struck":"","alert":16},{"kind":"digest","title":"Foreign holdings Jun 2025: 5,308.2 bn (−71.0); 2 alerts","severity":0,"text":"Of the 20 largest holders 4 fell and 0 rose.\nFired: cut (Canada), floor (China, Mainland).\nBought, sold or re-priced: not known before TIC Table 1 of that month is out.","facts":[["Official","2,034.8 bn (−27.3), 38.3%"],["Private","3,273.4 bn (−43.7)"],["Official bills","265.4 bn (−3.6)"],["Next releases","18 Sep 2025 for Jul 2025, 18 Nov 2025 for Sep 2025"]],"rows":[["bn","change","net","price","rest"],["Canada","−40.0","–","–","–"],["China","−25.0","–","–","–"],["Japan","−5.0","–","–","–"],["Belgium","−1.0","–","–","–"]],"links":[],"note":"","struck":"","alert":0}],"context":["TIC Table 5","data to Jun 2025","published 15 Aug 2025","next release 18 Sep 2025"]}',NULL,NULL,0,'sent',1,'2025-08-15T20:05:00.000000Z','2025-08-15T20:05:00.000000Z',NULL,NULL,'2025-08-15T20:06:00.000000Z','','');
CREATE TABLE refusals (
	id INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	first_seen_at VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	problem TEXT NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	body BLOB, 
	PRIMARY KEY (id), 
	UNIQUE (source, sha256)
);
CREATE TABLE releases (
	id INTEGER NOT NULL, 
	source VARCHAR NOT NULL, 
	released_at VARCHAR NOT NULL, 
	first_seen_at VARCHAR NOT NULL, 
	newest VARCHAR NOT NULL, 
	bundled BOOLEAN NOT NULL, 
	baseline BOOLEAN NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	body BLOB, 
	PRIMARY KEY (id), 
	UNIQUE (source, released_at, sha256)
);
INSERT INTO "releases" VALUES(1,'tic.table5','2025-03-19T20:00:00.000000Z','2025-03-19T20:05:00.000000Z','2025-01',0,1,'451f063043b6405a378549730486841636ffd721e4c11459a5bbed042b75dc8f',X'785E8D54DB6EDB300C7D7680FC03D1875D80C6B0BD38B7B7265BD7AE59033429F6CC444AC2CD960A4946967EFD28AF893BAF886318A4251C1E91347516B8CC24A423F88E3FB5816B6D246D14DCE84C486341AF616124DAC2EC612E57852147D206AF9F76CB83496D2CA003A9840F72944B789286B4A881C79465A455492D7496A1A9D34D49FD1AC187DD561A09E4C03A54C27EACF1FCB30CDAAD892E9433FB208992B413C5DE773B71F2E20FEBE818D66E7DC32754411C455118BDED0EE076EB51919302EEB84CA1F320F521355381275B5278C91D259571EA41AF441E6CEABF077EE75504EE7354706B3DDE36D08F65B6A1220FFA65E2FFDB8A765AFC96F9521766D394312A14C8A0BF75D56DC5786D50AD6403DBAD9165DDA7BBB440DA71FF4F83E63B72CFD29C4137E75F834F3CBE0D8C375A6DE08E4D03EE5E9B1DEE9B2A55827CDB4E4DC3D8E033654D75622108AE0C2E1BF9EEB8469EAEB92EDCB6293D6B50361DFD32DAFE6CF8929341C717FC744957590633C7F733880769374CDE76D5D47CE5A911B0D00E399934F211951B96AB4F7EB38A98ADE1C79656DBD1519166EB35AD880992381A86C3CAC571B94AE2B07B164125685E8A6C90F4533EBAB2297FF7C2FE995C9DB1E61B0BEFE05EFBBEC5032EA4FFCAF538AB78D0F59B557575ED2A63473581430B46F2407BDDD18A5F096B6DF23ACAEBAD0254DAFF8F4BB8782863BCBA4E0AEB74CE2AFE1E1EC379089F4BB58529F19065A58E83D3C7FE3E484B422A67C38BDA117F0090DC3D68');
INSERT INTO "releases" VALUES(2,'tic.table5','2025-04-16T20:00:00.000000Z','2025-04-16T20:05:00.000000Z','2025-02',0,0,'ba76cfdaa526575d77edc7074ef01d0a9f7e8212448b7c24794af4d5d43d4e1e',X'785E8D54DF6FDA400C7E0E12FF83D587FD904A946484006F85AD6B072B52A1DAB32107784BEED0DD458CFEF5F3652DA1D94488223B963E7F673BBE6F81CB4C403C84EFF85369B8555AD046C29DCA52A10DA8352CB44053E803CCC5AAD0644918EFF469B71C98E4C6005A103275499672013BA149A535F088B28C942CA9539565A8EB745392BF86F061BF155A00593016656A3ED678DE845EBB355685B4FAE04541147782E8C587CE773B6119B30F8F69EDD637DCA1F406BDC00FBC3008FE75AFD876EB499215294CB8CB54E55EECB0355381C75B9278CD03259971E55EAFDB6778AFC4BFDA98BF4F32F090A3847BE3F0A6817E24B20D1539533992A4ACFBD456B4D3E2B7C897AAD09BA68A51628A0CFADB57DD568CB71AE54A34B0DD6B51F67D7E4A0BA43D8FFF3C68BE27FB2CF4057473FE35B8E3ED6D60BC53720313360DB807A5F77868EA54A6E4C6766E1B461A9F296BEA138B94E046E3B2916FC23DF276CD5561B74DE5198DA2E9E897D57667C3979C345ABEDFE75BBAC9329859BE9E5ED88FBB7EF47F576DCD57DE9A1416CA2217D30D13CE88E3C025566EC05195315BC38F2DADB6C3A320CDD66B5A11134441D2F37B5E1406037F50B930E4E812824ACF9C12192F4A02C793C45C4065E30BB93A23C53716DEC18372730BFB41EC27EC3E75DFB89EDF3D21AC4B57993BACE91B1AD08217DAE98E92FC0A582B9DD7514E6E25A054EE7F5CC3D56399E3C4755C18AB7216F1F7F0E4CF7DF85C8A2D4C89972C2B651CAC3ACEF751184A85B4C6BFAA1DF107F5083D59');
INSERT INTO "releases" VALUES(3,'tic.table5','2025-05-16T20:00:00.000000Z','2025-05-16T20:05:00.000000Z','2025-03',0,0,'3e1d124eb492f1fdd881bcf732e276211c8c91d0368a731657467d41bacb9b14',X'785E8D545D6FDA40107C3612FF6195877E48C1B28D8D81B7409B2685265220EAF3820FD8D6BE8BEECEA2E4D777CF2138B5AA1884766469676E776F6F96B8CA052463F881BF94866BA5056D25DCA83C13DA80DAC0520B34A53EC042AC4B4D9684F1DEFEBA1D974C726B002D08993992A542C093D0A4B246F284F29C94ACA43395E7A89B727392BFC7F069BF135A0059301665663E3774FEF9F4BA9DA92AA5D5072F0AA2A417F48F181D317418F7C2E844EB76BEE3134A6F94047EE08D062E8641F0065E53BB9D4749566430E32633557815A311EAE4E98E245EF23C49E65CB83788879C7E8C156B50C5370C3C1428E1D6B87CD3223F11F996CA8245924ACAC5B42AFB25D6B2F3F28F2856AAD4DBB68A5162865E1CBFF4D58CB5E2B546B9162D6AB75A547DBF3FA525D29EA7FF7ED2624FF659E833E4167C35F8C4CBDBA278A3E416661C5AF2EE94DEE3A1AD539911B65D97C667CADBFAC43223B8D2B86AD59B718FBC5D0B55DA5D5B7946A3683BFAB8DAEE6CF85A9046CBCFFBFD5BB9CA73B8B7FC3ABD7098C47EF47FA8B7E61B6F4D064B65918BE9C729339238AC20091CFF0835E37E033F77B4DE8D4F7E74BFD9D09A58200AE2913F644807FEC08BC260E48F5EE11C81DACE9C11192F1AA47EEC4569E064D284AB7989E769F5268A5F2C7C803BE5E616A6C388D5C26190F829433FAEA1166C3A57C51D37EC0D0D68C10BED7C4749FE0BD8285D34B39CDB4A40A9DC7D5CC2C543C571DE3A2D8D55057BF84778F4173E7CA9BC16E6C44B96572E0E569DE6FB200C65425AE35F348EF80B5AF03D4F');
INSERT INTO "releases" VALUES(4,'tic.table5','2025-06-18T20:00:00.000000Z','2025-06-18T20:05:00.000000Z','2025-04',0,0,'adfb7ce290abb56003ee76cf626af8889b4890b2ab0ae23665338998fe18548e',X'785E8D54DF4FDB30107E4EA5FE0F271EF6438228499334E91BB031180C245AB4E7A371DBDB121BD98E4AF9EB77F60A61D14488A2FBE2E8EEF3DDF9FC2DF0BE1690CDE007FE521ACE9416B49670AEEA4A68036A050B2DD0B47A0773B16C3559122678FD8C47CE99E4DA005A10B27241961A010F4293AA7ACE2754D7A4A4A7AE545DA3EED35D91FC3D834FDB8DD002C882B1282BF3B9C7F3CF32188F4E552BADDE054994644751BAC7C91E933DC62F61E3D1777C401994691646419945CE4EDD771C456EF1FC8C477792ACA8E0926BAC541378D79EE99C4F3724F190DB49B2E6BC83DC73E669D1591FFB2A02770D4AB830CEDF0CD09F887A4D6DF34C9B79726FA7BDACAFDA47D1DCAB56AF87324689150669EAD24A3D57E6B9FEDA2ED1338D722906D82EB4F075BFDDA505D2969BFFB6D37C4BF649E877D0CDF968F081677780F15CC9355CB219F0BB567A8BBBA14A654538745C1A9FA81EAA13DB8AE058E3FD20DF25D7C8D33557ADDD0CA567348AA1ADF7A3EDF686AF0D69B47CBBDF3E95E3BA861BCB9733888B2C0D93FF433735DF786A2A58288B9CCCA42839229BE4898374E2218B1C4D1771B3829F1B5A6E662F7274B35AD192982089F22C2C19784C33862209F98AC751C93FDF43D0A999D321132479E978F2228C83641A8739DBEC9DC9C0E2E844F18D850F70AD5CDFE26999872943317550C451386598A40C5D727DE1F2B1B39EBAA1012D78A09DEE28C9AF8095D24DDFCB89AD0494CA9DC7211CDCFA1827ADA7ADB1AA6109FF0877E13C842F5E6AE18A78C86A2FE260D54B7F6F85A14A486BC283DE167F001EC53D54');
INSERT INTO "releases" VALUES(5,'tic.table5','2025-07-17T20:00:00.000000Z','2025-07-17T20:05:00.000000Z','2025-05',0,0,'96bb81d4051376e1474e1044abb6d74c6a838981f7b076b3a561381bdae92e5b',X'785E8D946D6FDA400CC75F0789EF60F5C51EA4360A21090FEF0A5BD70E56A442B5D7861CE02DB9ABEE2EA2F4D3CF9751C2A28910213B41F6EFCE3EDF7F81CB4C403C841FF84B69B8535AD046C2BDCA52A10DA8352CB44053E83DCCC5AAD0644918EFF469B75C30C98D01B42064EA922CE5025E842695D682479465A464894E5596A1AEE3A6247F0FE1D36E2BB400B2602CCAD47CAE71FEF9F4DAADB12AA4D57B2F0CC2F826880F3E3AF8EEC187C7B476EB3BBEA0F40651E0076C6367E3F2BDE7DEDF9F76EB599215294CB8C454E55E19533355F0784B12AFB99B2433DEB697F45D78522293A87FB42719B8CF51C28371F1A6013F12D9868ADC4B9212F8D7C695ADB0D3E255E44B55E84DD38E51628A5E54F6E1604B621CB87F2AE29D46B9120DB4072DCABACF776981B4E3DE9F0F9AEFC8BE097D016ECE47832F3CBA0DC47B25373061D310F7A8F40EF74D95CA94B0E9B834BE51D654271629C1ADC665236FC235F274CD5561B74DDB331A45D3D287D1766BC3D79C345ABEDCE74FE536CB6066F96E7A9D7E1CF9E1FF5D3535DF786A5258288BBC996E6FC019479784EE2BEA3A5765CCD6F0734BABEDF0A846B3F59A56C48030E0944EE5784EDD4DEF877EF7224025664E868C1726031EF177DB77E85EC74F2E64DD8C14DF58F8008FCAF5ADD31B74997074FD9E1F71773A81DF3B01D675ABCC1DD6C40D0D68C103ED744749FE09582B9DD7A39CD64A40A9DC795CC3D55399E394755C18AB7256F08FF0ECCF7DF8522A2D4C89872C2B351CAC3AF6F749184A85B4C6BFAA2DF10766BF3D2B');
INSERT INTO "releases" VALUES(6,'tic.table5','2025-08-15T20:00:00.000000Z','2025-08-15T20:05:00.000000Z','2025-06',0,0,'d53d12c79fb2350644289106f8de326731412d48dfcb8d20d87ff431f8e8c7ae',X'785E8D54DF6FDA30107E0E12FFC3A90FFB21B551802404DE5AB6AE5DBB2215AA3D5F8981DB121BD98E18FDEB77F62869A38910A13B87DC7DBE3B7FFEE6F85C0848C6F0037F290DD74A0B5A49B851452EB401B584B916682ABD839958549A2C0913BC7DBA1D174C7265002D0899BB244BA5808DD0A4F246F015150529E9A1735514A89B70F7247F8FE1D3762DB400B2602CCADC7C6EE0BC7B0DBA9D89AAA4D5BBA01FF5938B28DDFB64EFE3BD1F1CD2BA9DEFB841198C06491805A338F2D6AF13B77E7DBA9D274956E470C72DE6AA0CFCD786A983276B9278CED3245970D9419A38C8347349E9D0AFE3EC1DFC0477254AB8352EDEB4C05F8962455519A469ECA0520FF8CFFA8DEA42EEAB3FA27C56955EB5558C12730CE2C89518FB39EC6D03F15AA35C8816B45B2D7CDFC7A73447DAF2EC8F07CDB6645F843E016EC647831BA66E0BE28D922BB863D312F7A0F416776D9DCA9CB0EDB834BE50D1D6275639C1A5C6E756BC3BEE91D93553955DB79567348AB6ADF7D4767BC3D792345ABEDCC74FE5B228606AF96E06BD2C89C3FEFF5DCDC36FCC9A1CE6CA2217338832CE4806C3D15B97F6F9ADCE982EE1E79A16EBF1418DA6CB252D8801FAD1200E33769CD2AB1D13353909A01633274326E8F3D5616948474CFA579B31F229C5C0FCE24AF18D850FF0A0DCDC7A43C689D98D060C7170D990FFAC019BBAE573C70D7143035A30A19DEE28C93F014BA5CB6694D35A0928953B8F73387BF4394E592795B1AA6405FF084FE12C842F5E69E19E986485D770B0EA30DF47612817D29AF0ACB1C55F68463D37');
CREATE TABLE rule_files (
	file VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	kept_at VARCHAR NOT NULL, 
	PRIMARY KEY (file)
);
INSERT INTO "rule_files" VALUES('mine.yaml','582a468aacd0da47b2f2d44bb5397d49eff66d2142b5ce820c98b05442e889fb','rules:
  - id: cut
    title: "{holder} {measure} in {period}"
    data: tic.holdings
    each: holder
    measure: {change: 1 month}
    fire: {at_most: -30bn}
    levels: {high: -45bn}
  - id: floor
    title: "{holder} at {value}, below {threshold}"
    data: tic.holdings
    each: holder
    only: {holder: [Japan, "China, Mainland", Belgium]}
    fire: {below: 660bn}
    clear: {above: 670bn}
    mode: until_clear
    severity: high
  - id: low
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 990bn}
    levels: {high: 955bn}
    for: 2 releases
    remind: 2
    mode: until_clear
  - id: small
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Ireland}
    fire: {below: 60bn}
    mode: until_clear
','2025-08-01T20:05:00.000000Z');
CREATE TABLE rule_versions (
	id INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	file VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	noted_at VARCHAR NOT NULL, 
	first_alert INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "rule_versions" VALUES(1,'cut','887bbb7f9cbc5a76','b07333e4780436101ab3fe86360e29deeedc40abb0351391e0290365fda0f206','rules/mine.yaml','  - id: cut
    title: "{holder} {measure} in {period}"
    data: tic.holdings
    each: holder
    measure: {change: 1 month}
    fire: {at_most: -30bn}
    levels: {high: -45bn}','2025-02-01T20:05:00.000000Z',1);
INSERT INTO "rule_versions" VALUES(2,'floor','a700aa6368c50edc','35d6c8728a5566f52225c69e20150de873701a4f073019d4d6907f3b3ffe4ed2','rules/mine.yaml','  - id: floor
    title: "{holder} at {value}, below {threshold}"
    data: tic.holdings
    each: holder
    only: {holder: [Japan, "China, Mainland", Belgium]}
    fire: {below: 660bn}
    clear: {above: 670bn}
    mode: until_clear
    severity: high','2025-02-01T20:05:00.000000Z',1);
INSERT INTO "rule_versions" VALUES(3,'low','d3f3ac57ecd0e051','be1ecb2126102e7d6cddeead11b16bf3293a17b0815bd5d447e9c5cf15fa6532','rules/mine.yaml','  - id: low
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Japan}
    fire: {below: 990bn}
    levels: {high: 955bn}
    for: 2 releases
    remind: 2
    mode: until_clear','2025-02-01T20:05:00.000000Z',1);
INSERT INTO "rule_versions" VALUES(4,'small','2fd3ebf7f4333852','a941aea4289a2816cb1994da60ec767b1bfc61d7349af18be6757b24b7f0479d','rules/mine.yaml','  - id: small
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Ireland}
    fire: {below: 60bn}
    mode: until_clear','2025-02-01T20:05:00.000000Z',1);
INSERT INTO "rule_versions" VALUES(5,'gone','af59e6a04f1ac1af','f119d9cbc7ae0c23ff6ace9f6e9ee7aa991ed2cef616e6b2aa0225105e5ef765','rules/mine.yaml','  - id: gone
    title: "{holder} at {value}"
    data: tic.holdings
    only: {holder: Canada}
    fire: {below: 510bn}
    mode: until_clear','2025-02-01T20:05:00.000000Z',1);
INSERT INTO "rule_versions" VALUES(6,'gone','','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855','','','2025-08-01T20:05:00.000000Z',16);
CREATE TABLE rules (
	id INTEGER NOT NULL, 
	rule VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	first_seen_at VARCHAR NOT NULL, 
	"after" TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "rules" VALUES(1,'cut','887bbb7f9cbc5a76','2025-02-01T20:05:00.000000Z','{}');
INSERT INTO "rules" VALUES(2,'floor','a700aa6368c50edc','2025-02-01T20:05:00.000000Z','{}');
INSERT INTO "rules" VALUES(3,'low','d3f3ac57ecd0e051','2025-02-01T20:05:00.000000Z','{}');
INSERT INTO "rules" VALUES(4,'small','2fd3ebf7f4333852','2025-02-01T20:05:00.000000Z','{}');
INSERT INTO "rules" VALUES(5,'gone','af59e6a04f1ac1af','2025-02-01T20:05:00.000000Z','{}');
INSERT INTO "rules" VALUES(6,'gone','','2025-08-01T20:05:00.000000Z','{}');
CREATE TABLE schema_version (version INTEGER NOT NULL);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE series (
	id INTEGER NOT NULL, 
	dataset VARCHAR NOT NULL, 
	entity VARCHAR NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (dataset, entity)
);
INSERT INTO "series" VALUES(1,'tic.holdings','Belgium');
INSERT INTO "series" VALUES(2,'tic.holdings','Brazil');
INSERT INTO "series" VALUES(3,'tic.holdings','Canada');
INSERT INTO "series" VALUES(4,'tic.holdings','Cayman Islands');
INSERT INTO "series" VALUES(5,'tic.holdings','China, Mainland');
INSERT INTO "series" VALUES(6,'tic.holdings','France');
INSERT INTO "series" VALUES(7,'tic.holdings','Hong Kong');
INSERT INTO "series" VALUES(8,'tic.holdings','India');
INSERT INTO "series" VALUES(9,'tic.holdings','Ireland');
INSERT INTO "series" VALUES(10,'tic.holdings','Israel');
INSERT INTO "series" VALUES(11,'tic.holdings','Japan');
INSERT INTO "series" VALUES(12,'tic.holdings','Korea, South');
INSERT INTO "series" VALUES(13,'tic.holdings','Luxembourg');
INSERT INTO "series" VALUES(14,'tic.holdings','Norway');
INSERT INTO "series" VALUES(15,'tic.holdings','Saudi Arabia');
INSERT INTO "series" VALUES(16,'tic.holdings','Singapore');
INSERT INTO "series" VALUES(17,'tic.holdings','Switzerland');
INSERT INTO "series" VALUES(18,'tic.holdings','Taiwan');
INSERT INTO "series" VALUES(19,'tic.holdings','United Arab Emirates');
INSERT INTO "series" VALUES(20,'tic.holdings','United Kingdom');
INSERT INTO "series" VALUES(21,'tic.totals','All Other');
INSERT INTO "series" VALUES(22,'tic.totals','Foreign Official');
INSERT INTO "series" VALUES(23,'tic.totals','Foreign Official Bills');
INSERT INTO "series" VALUES(24,'tic.totals','Foreign Official Bonds & Notes');
INSERT INTO "series" VALUES(25,'tic.totals','Grand Total');
CREATE TABLE sources (
	source VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	problem TEXT NOT NULL, 
	problem_kind VARCHAR NOT NULL, 
	since VARCHAR NOT NULL, 
	last_attempt VARCHAR, 
	last_success VARCHAR, 
	newest VARCHAR, 
	validators TEXT NOT NULL, 
	told BOOLEAN NOT NULL, 
	episode VARCHAR NOT NULL, 
	lag VARCHAR NOT NULL, 
	lag_since VARCHAR NOT NULL, 
	PRIMARY KEY (source)
);
INSERT INTO "sources" VALUES('tic.table5','fresh','','','2025-03-19T20:05:00.000000Z','2025-08-15T20:05:00.000000Z','2025-08-15T20:05:00.000000Z','2025-06','',0,'','','');
CREATE TABLE told (
	notification_id INTEGER NOT NULL, 
	alert_id INTEGER NOT NULL, 
	PRIMARY KEY (notification_id, alert_id), 
	FOREIGN KEY(notification_id) REFERENCES notifications (id), 
	FOREIGN KEY(alert_id) REFERENCES alerts (id)
);
INSERT INTO "told" VALUES(1,1);
INSERT INTO "told" VALUES(2,2);
INSERT INTO "told" VALUES(2,3);
INSERT INTO "told" VALUES(2,4);
INSERT INTO "told" VALUES(2,5);
INSERT INTO "told" VALUES(3,6);
INSERT INTO "told" VALUES(3,7);
INSERT INTO "told" VALUES(3,8);
INSERT INTO "told" VALUES(4,9);
INSERT INTO "told" VALUES(5,10);
INSERT INTO "told" VALUES(5,11);
INSERT INTO "told" VALUES(5,12);
INSERT INTO "told" VALUES(6,13);
INSERT INTO "told" VALUES(7,14);
INSERT INTO "told" VALUES(7,15);
INSERT INTO "told" VALUES(8,16);
INSERT INTO "told" VALUES(8,17);
INSERT INTO "told" VALUES(8,18);
CREATE TABLE when_issued (
	id INTEGER NOT NULL, 
	entity VARCHAR NOT NULL, 
	day VARCHAR NOT NULL, 
	percent VARCHAR NOT NULL, 
	given_at VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX rule_versions_by_rule ON rule_versions (rule);
CREATE INDEX incidents_open ON incidents (rule, entity);
CREATE INDEX figures_by_release ON figures (release_id);
CREATE INDEX alerts_by_rule ON alerts (rule, entity, period);
CREATE INDEX notifications_due ON notifications (state, due_at);
CREATE INDEX notifications_amending ON notifications (amends);
CREATE INDEX deliveries_by_notification ON deliveries (notification_id);
COMMIT;
