// Runs in the browser: third-party WHIP clients, and a scripted one for what those never do. Everything is a property
// of `window`, for playwright to call.

import { WHIPClient as MedoozeWhip } from 'whip-whep/whip.js';
import { WHEPClient as MedoozeWhep } from 'whip-whep/whep.js';
import { WHIPClient as EyevinnWhip } from '@eyevinn/whip-web-client';

const sessions = [];

async function camera({ audio = true, width = 1280, height = 720 } = {}) {
  const video = { width: { exact: width }, height: { exact: height }, frameRate: 30 };
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio });
  for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
  return stream;
}

/** A moving picture of any size. */
function painted({ width, height }) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const paint = canvas.getContext('2d');
  let count = 0;
  setInterval(() => {
    paint.fillStyle = `hsl(${(count += 7) % 360} 80% 50%)`;
    paint.fillRect(0, 0, width, height);
    paint.fillStyle = 'white';
    paint.fillRect((count * 3) % width, 0, width / 8, height);
  }, 33);
  const [track] = canvas.captureStream(30).getVideoTracks();
  track.contentHint = 'detail';
  return track;
}

const transport = /a=(?:ice-ufrag|ice-pwd|ice-options|fingerprint|setup):.*\r\n/g;

/** Offers as other clients write them. */
const rewritten = {
  'session-level': (offer) => {
    const [head, audio, video] = offer.split(/(?=m=)/);
    const lines = audio.match(transport).join('');
    return head + lines + (audio + video).replaceAll(transport, '');
  },
  'strict-max-bundle': (offer) => {
    const [head, audio, video] = offer.split(/(?=m=)/);
    const second = video.replace(/^m=video \d+/, 'm=video 0').replaceAll(transport, '');
    return head + audio + second.replace(/a=rtcp(?:-mux|-rsize|:.*)\r\n/g, '') + 'a=bundle-only\r\n';
  },
  'ls-before-bundle': (offer) => offer.replace('a=group:', 'a=group:LS 0 1\r\na=group:'),
  utf8: (offer) =>
    offer.replace('s=-', 's=Übertragung aus Köln 🎥').replaceAll(/a=msid:.*/g, 'a=msid:küche t'),
  passive: (offer) => offer.replaceAll('a=setup:actpass', 'a=setup:passive'),
};

function prefer(transceiver, codec) {
  const all = RTCRtpSender.getCapabilities('video').codecs;
  const wanted = all.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`);
  transceiver.setCodecPreferences([...wanted, ...all.filter(({ mimeType }) => mimeType === 'video/rtx')]);
}

async function peerWithCamera({ codec, audio, painted: size, muted } = {}) {
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const stream = await camera({ audio });
  if (size) {
    stream.removeTrack(stream.getVideoTracks()[0]);
    stream.addTrack(painted(size));
  }
  for (const track of stream.getTracks()) {
    const transceiver = peer.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    if (codec && track.kind === 'video') prefer(transceiver, codec);
    if (muted && track.kind === 'audio') await transceiver.sender.replaceTrack(null);
  }
  return { peer, stream };
}

function connected(peer) {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (peer.connectionState === 'connected') resolve();
      if (peer.connectionState === 'failed') reject(new Error('the connection has failed'));
    };
    peer.addEventListener('connectionstatechange', look);
    look();
  });
}

/** Publishes and returns the number of the session on this page. */
window.publish = async (client, url, token, options = {}) => {
  if (client === 'eyevinn') {
    const stream = await camera(options);
    let peer;
    const whip = new EyevinnWhip({
      endpoint: url,
      opts: { authkey: token },
      peerConnectionFactory: (configuration) => (peer = new RTCPeerConnection(configuration)),
    });
    await whip.setIceServersFromEndpoint?.();
    await whip.ingest(stream);
    await connected(peer);
    return sessions.push({ peer, stream, stop: () => whip.destroy() }) - 1;
  }
  const { peer, stream } = await peerWithCamera(options);
  if (client === 'whip-whep') {
    const whip = new MedoozeWhip();
    await whip.publish(peer, url, token);
    await connected(peer);
    return sessions.push({ peer, stream, restart: () => whip.restart(), stop: () => whip.stop() }) - 1;
  }
  await peer.setLocalDescription();
  const headers = { 'content-type': 'application/sdp', authorization: `Bearer ${token}` };
  const { sdp } = peer.localDescription;
  const body = options.rewrite ? rewritten[options.rewrite](sdp) : sdp;
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (answer.status !== 201)
    throw new Error(`the offer was answered with ${answer.status}: ${await answer.text()}`);
  const location = new URL(answer.headers.get('location'), answer.url).href;
  const session = { peer, stream, location, token, etag: answer.headers.get('etag') };
  await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  await connected(peer);
  return sessions.push(session) - 1;
};

/** The phone disappears without notice. */
window.vanish = (session) => sessions[session].peer.close();

const transceiverOf = (session, kind) =>
  sessions[session].peer.getTransceivers().find(({ receiver }) => receiver.track.kind === kind);

window.mute = (session, kind) => transceiverOf(session, kind).sender.replaceTrack(null);

window.unmute = (session, kind) => {
  const track = sessions[session].stream.getTracks().find((each) => each.kind === kind);
  return transceiverOf(session, kind).sender.replaceTrack(track);
};

window.paint = (session, width, height) =>
  transceiverOf(session, 'video').sender.replaceTrack(painted({ width, height }));

window.stop = (session) => sessions[session].stop();

/** Restarts ICE on the same session (RFC 9725). Returns the response's status and content type. */
window.restartIce = async (session) => {
  const { peer, location, token, etag } = sessions[session];
  peer.restartIce();
  const offer = await peer.createOffer({ iceRestart: true });
  await peer.setLocalDescription(offer);
  const ours = peer.localDescription.sdp;
  const [ufrag, password] = ['ufrag', 'pwd'].map(
    (name) => new RegExp(`a=ice-${name}:(.*)\r\n`).exec(ours)[1],
  );
  const body = `a=ice-ufrag:${ufrag}\r\na=ice-pwd:${password}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n`;
  const headers = {
    'content-type': 'application/trickle-ice-sdpfrag',
    'if-match': '*',
    authorization: `Bearer ${token}`,
  };
  const answer = await fetch(location, { method: 'PATCH', headers, body });
  const fragment = await answer.text();
  const theirs = peer.currentRemoteDescription.sdp
    .replaceAll(/a=candidate:.*\r\n/g, '')
    .replaceAll(/a=end-of-candidates\r\n/g, '')
    .replaceAll(/a=ice-ufrag:.*/g, /a=ice-ufrag:.*/.exec(fragment)[0].trim())
    .replaceAll(/a=ice-pwd:.*/g, /a=ice-pwd:.*/.exec(fragment)[0].trim());
  await peer.setRemoteDescription({ type: 'answer', sdp: theirs });
  for (const line of fragment.match(/a=candidate:.*/g) ?? [])
    await peer.addIceCandidate({ candidate: line.trim().slice(2), sdpMLineIndex: 0 });
  return { status: answer.status, etag: answer.headers.get('etag'), before: etag };
};

window.sent = async (session) => {
  const report = await sessions[session].peer.getStats();
  const all = [...report.values()];
  const video = all.find((each) => each.type === 'outbound-rtp' && each.kind === 'video');
  const codec = all.find((each) => each.id === video?.codecId);
  const pair = all.find((each) => each.type === 'candidate-pair' && each.nominated);
  return {
    bytes: video?.bytesSent ?? 0,
    frames: video?.framesSent ?? 0,
    width: video?.frameWidth ?? 0,
    available: pair?.availableOutgoingBitrate ?? 0,
    codec: codec?.mimeType,
    fmtp: codec?.sdpFmtpLine,
    plis: video?.pliCount ?? 0,
    state: sessions[session].peer.connectionState,
  };
};

/** Watches with a third-party client and returns the milliseconds to the first frame. */
window.watch = async (url, token) => {
  const begun = performance.now();
  const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  peer.addTransceiver('video', { direction: 'recvonly' });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const video = document.getElementById('video');
  const stream = new MediaStream();
  video.srcObject = stream;
  peer.ontrack = ({ track }) => stream.addTrack(track);
  const whep = new MedoozeWhep();
  await whep.view(peer, url, token);
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const took = performance.now() - begun;
  return { session: sessions.push({ peer, stream, stop: () => whep.stop() }) - 1, took };
};

window.watched = async (session) => {
  const report = await sessions[session].peer.getStats();
  const of = (kind) => [...report.values()].find((each) => each.type === 'inbound-rtp' && each.kind === kind);
  return {
    frames: of('video')?.framesDecoded ?? 0,
    samples: of('audio')?.totalSamplesReceived ?? 0,
    width: of('video')?.frameWidth ?? 0,
  };
};

/**
 * Measures the delay from sending a picture to seeing it, in milliseconds: replaces the camera with a black canvas,
 * then a white one, and watches the brightness.
 */
window.latency = async (sending, watching) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
  const paint = canvas.getContext('2d');
  const small = Object.assign(document.createElement('canvas'), { width: 16, height: 9 });
  const look = small.getContext('2d', { willReadFrequently: true });
  const video = document.getElementById('video');
  let colour = 'black';
  const painting = setInterval(() => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1280, 720);
    paint.fillStyle = 'grey';
    paint.fillRect(Math.random() * 1200, 0, 20, 20); // so that there is always something new to send
  }, 33);
  const brightness = () => {
    look.drawImage(video, 0, 0, 16, 9);
    return look.getImageData(8, 5, 1, 1).data[0];
  };
  const seen = (bright) =>
    new Promise((resolve) => {
      const each = () =>
        brightness() > 128 === bright ? resolve(performance.now()) : requestAnimationFrame(each);
      each();
    });
  const sender = sessions[sending].peer.getSenders().find(({ track }) => track?.kind === 'video');
  await sender.replaceTrack(canvas.captureStream(30).getVideoTracks()[0]);
  void sessions[watching];
  await seen(false);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  colour = 'white';
  const begun = performance.now();
  const took = (await seen(true)) - begun;
  clearInterval(painting);
  return took;
};
