// An entry module that answers when the work after the response is done too, so that tests find its effects.

export const answerPatiently = `
async function answerPatiently(request, env, context) {
  const background = [];
  const waitUntil = (work) => {
    background.push(work);
    context.waitUntil(work);
  };
  const answer = await shipped.fetch(request, env, { waitUntil });
  await Promise.allSettled(background);
  return answer;
}
`;

export const patientEntry = `
import shipped from './shipped.js';
${answerPatiently}
export default { ...shipped, fetch: answerPatiently };
`;
